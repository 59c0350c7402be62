"""Messages of a graphql-transport-ws socket, looked at before they are believed."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from typing import Any, cast

import structlog
from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
)

from api.budgets import cost_of_body
from api.domain.errors import RateLimited, Unauthenticated, Unavailable
from api.domain.refusals import StockroomError
from graphql_schema.context import Context
from graphql_schema.http import TransportRefused, document_id_of, judge_values
from graphql_schema.limits import Refused

UNAUTHORIZED, TOO_MUCH = 4401, 4429
REASON = 120  # bytes that a close has for its reason
MESSAGE_COST = 1
MOST_UNPAID = 20
WATCH_SECONDS = 1.0
"""How often a socket's credentials are looked at; the database is asked once they are not believed
any more (STOCKROOM_CREDENTIAL_CACHE_SECONDS).
"""
log = structlog.get_logger("graphql")
_CURRENT: ContextVar[Any] = ContextVar("the context of the operation that this task runs")


class PaidMessages(ASGIWebSocketAdapter):
    """Messages that are paid for before they are read."""

    async def pay(self, size: int) -> None:
        """Take what reading so much costs; the handler says from whom."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object]:
        """The messages, read as strictly as bodies are."""
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                text = await self.ws.receive_text()
                await self.pay(len(text))
                await asyncio.sleep(0)  # what came in one piece would hold up everybody else
                yield self.view.decode_json(text)
        except json.JSONDecodeError as error:
            raise NonJsonMessageReceived from error
        except KeyError as error:
            raise NonTextMessageReceived from error
        except WebSocketDisconnect:
            return


class TransportHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """Gives each operation of a socket a context of its own, and closes it (4400) on nonsense.

    The base class has one context for the life of the socket: its caches would go stale, and its
    caller's rights would be those of the day it was opened.
    """

    _watch: asyncio.Task[None] | None = None
    _unpaid = 0

    async def handle(self) -> None:
        """Talk, for as long as what is said is paid for."""
        cast("Any", self.websocket).pay = self._pay
        try:
            await super().handle()
        except RateLimited as refused:
            await self.websocket.close(TOO_MUCH, refused.message[:REASON])

    async def _pay(self, size: int) -> None:
        """Charge for a message. Small ones go on for a while when nothing is left: an operation is
        then refused by its name, and the others go on.
        """
        reading = cost_of_body(size)
        try:
            await cast("Any", self.schema).charge(self._first, MESSAGE_COST + reading)
        except RateLimited:
            self._unpaid += 1
            if reading or self._unpaid > MOST_UNPAID:
                raise
        else:
            self._unpaid = 0

    @property
    def context(self) -> Any:
        """The context of the operation that asks."""
        return _CURRENT.get(self._first)

    @context.setter
    def context(self, first: Any) -> None:
        self._first = first

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Let the caller in, and watch over the credentials."""
        await super().handle_connection_init(message)
        if (
            self.connection_acknowledged
            and self._watch is None
            and isinstance(self._first, Context)
        ):
            self._watch = asyncio.create_task(self._close_once_changed(self._first))

    async def shutdown(self) -> None:
        """End what runs, and the watch."""
        if self._watch is not None:
            self._watch.cancel()
        await super().shutdown()

    async def _close_once_changed(self, first: Context) -> None:
        """Nothing that a socket began goes on with rights that its caller no longer has."""
        caller, reason = None, "What these credentials allow has changed."
        while True:
            try:
                now = await first.caller()
                if now != (caller := caller or now):
                    break
            except Unavailable:
                pass
            except StockroomError as refused:
                reason = refused.message
                break
            except Exception:  # unwatched, it would go on with whatever it was once allowed
                log.exception("a socket's credentials cannot be looked at")
                reason = "These credentials cannot be looked at."
                break
            await asyncio.sleep(WATCH_SECONDS)
        await self.websocket.close(UNAUTHORIZED, reason)

    async def run_operation(self, operation: Operation[Any, None]) -> None:
        """Run an operation, which has a task and so a context variable of its own."""
        if not isinstance(self._first, Context):
            return await super().run_operation(operation)
        try:
            async with self._first.renewed() as context:
                _CURRENT.set(context)
                await super().run_operation(operation)
        except StockroomError as refused:
            error = GraphQLError(refused.message, extensions={"code": refused.code})
            await operation.send_initial_errors([error])
            if isinstance(refused, Unauthenticated):
                await self.websocket.close(UNAUTHORIZED, refused.message)

    async def send_message(self, message: Message) -> None:
        """Send a message; every error in it says in which trace it happened."""
        told = cast("dict[str, Any]", message)
        payload: Any = told.get("payload")
        traced = cast("Any", self.view).traced
        if told["type"] == "error":
            told["payload"] = [traced(error) for error in payload]
        elif told["type"] == "next" and "errors" in payload:
            payload["errors"] = [traced(error) for error in payload["errors"]]
        await super().send_message(message)

    async def handle_message(self, message: Message) -> None:
        if not well_formed(message):
            return await self.handle_invalid_message("Malformed message")
        if message["type"] == "subscribe" and self.connection_acknowledged:
            try:
                judge_values(message["payload"].get("variables"))
                await self._find_text(cast("dict[str, Any]", message["payload"]))
            except (Refused, StockroomError, TransportRefused) as refused:
                return await self.send_message(
                    {"type": "error", "id": message["id"], "payload": _told(refused)}
                )
        return await super().handle_message(message)

    async def _find_text(self, payload: dict[str, Any]) -> None:
        """Put the text in the place of the hash that stands for it."""
        if payload.get("query") is None and isinstance(self._first, Context):
            async with self._first.renewed() as context:
                payload["query"] = await cast("Any", self.schema).text_of(context, _named(payload))


def well_formed(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    return message["type"] != "subscribe" or _subscribes(message)


def _subscribes(message: dict[str, object]) -> bool:
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and (isinstance(payload.get("query"), str) or _named(payload) is not None)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


def _named(payload: dict[str, Any]) -> str | None:
    """The document that a subscription names by its hash."""
    extensions = payload.get("extensions")
    try:
        named = extensions if isinstance(extensions, dict) else None
        return document_id_of(payload.get("documentId"), named)
    except TransportRefused:
        return None


def _told(refused: Refused | StockroomError | TransportRefused) -> Any:
    if isinstance(refused, Refused):
        return [error.formatted for error in refused.errors]
    return [{"message": refused.message, "extensions": {"code": refused.code}}]
