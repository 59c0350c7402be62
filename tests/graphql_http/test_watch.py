"""A socket is watched from its first moment, and closed rather than left unwatched."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from api.domain.errors import Unauthenticated, Unavailable
from graphql_schema import websocket
from graphql_schema.websocket import UNAUTHORIZED, TransportHandler


class Line:
    """The other end, and what it is told; whoever asks for its caller hears these one by one."""

    def __init__(self, *heard: object) -> None:
        self.heard = list(heard)
        self.told: tuple[int, str] | None = None
        self.websocket = self

    async def caller(self) -> object:
        said = self.heard.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    async def close(self, code: int, reason: str) -> None:
        self.told = code, reason


AWAY = Unavailable("The database is away.")
ENDED = Unauthenticated("It has ended.")


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        ((AWAY, "Ada", AWAY, "Ada", ENDED), "It has ended."),
        ((AWAY, "Ada", "Ada", "Eve"), "What these credentials allow has changed."),
        ((ENDED,), "It has ended."),
        (("Ada", KeyError("broken")), "These credentials cannot be looked at."),
    ],
)
async def test_a_socket_never_goes_on_unwatched(
    monkeypatch: pytest.MonkeyPatch, heard: tuple[object, ...], reason: str
) -> None:
    monkeypatch.setattr(websocket, "WATCH_SECONDS", 0)
    line = Line(*heard)
    watch = cast("Callable[..., Any]", TransportHandler._close_once_changed)

    await asyncio.wait_for(watch(line, line), 5)

    assert line.told == (UNAUTHORIZED, reason)
    assert line.heard == []
