"""Somebody with files to bring in."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from api.domain.locations import service as locations
from api.domain.locations.commands import CreateLocation
from api.domain.locations.reads import Location
from api.domain.scope import Scope
from api.importing import KINDS, Choices, Fault, Kind, Outcome, Rejected, Tally, import_file
from tests.factories import unique

Bring = Callable[..., Awaitable[Tally]]


@pytest.fixture
def bring(scope: Scope, tmp_path: Path) -> Bring:
    """Imports a file of this content."""

    async def bring(kind: str, content: str | bytes, **choices: Any) -> Tally:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return await import_file(scope, KINDS[Kind(kind)], path, Choices(**choices))

    return bring


@pytest.fixture
async def warehouse(scope: Scope) -> Location:
    """A place for deliveries."""
    command = CreateLocation(code=unique("HOUSE"), name="House")
    return await scope.run(locations.create_location, command)


def counts(tally: Tally) -> tuple[int, int, int]:
    """Created, changed, unchanged."""
    created, changed, unchanged = (tally.outcomes[outcome] for outcome in Outcome)
    return created, changed, unchanged


async def faults(importing: Awaitable[Tally]) -> list[Fault]:
    """What is wrong with a file that is refused for its rows."""
    with pytest.raises(Rejected) as refused:
        await importing
    return refused.value.tally.faults
