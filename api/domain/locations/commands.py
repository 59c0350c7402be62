"""What may be asked of locations."""

from typing import Annotated

from pydantic import MISSING, Field

from api.domain.fields import (
    LAX,
    Code,
    LocationRef,
    Name,
    Priority,
    Strict,
)
from api.domain.locations.models import LocationKind


class CreateLocation(Strict):
    """A new place, empty, at the top or inside another one."""

    code: Code
    name: Name
    kind: Annotated[LocationKind, LAX] = LocationKind.WAREHOUSE
    parent_id: LocationRef | None = None
    holds_stock: bool = Field(True, description="False for a place that only groups others.")
    sellable: bool | None = Field(
        None,
        description="Whether orders take stock from here; by default all but TRANSIT and EXTERNAL.",
    )
    priority: Priority = Field(100, description="Orders take from the lowest number first.")


class UpsertLocation(CreateLocation):
    """All that is said of a place; what is not named comes to what a new place would have, but for
    its code, which stays.
    """

    code: Code | MISSING = MISSING  # type: ignore[assignment]  # the address may say it


class UpdateLocation(Strict):
    """What is to change; what is not named stays as it is."""

    code: Code | MISSING = MISSING
    name: Name | MISSING = MISSING
    kind: Annotated[LocationKind, LAX] | MISSING = MISSING
    parent_id: LocationRef | None | MISSING = MISSING
    holds_stock: bool | MISSING = MISSING
    sellable: bool | MISSING = MISSING
    priority: Priority | MISSING = MISSING
