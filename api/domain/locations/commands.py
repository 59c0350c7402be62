"""What may be asked of locations."""

from enum import StrEnum
from typing import Annotated

from pydantic import MISSING, Field

from api.domain.fields import (
    LAX,
    Code,
    Filter,
    LocationId,
    LocationRef,
    Name,
    Priority,
    SearchText,
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


class UpdateLocation(Strict):
    """What is to change; what is not named stays as it is."""

    code: Code | MISSING = MISSING
    name: Name | MISSING = MISSING
    kind: Annotated[LocationKind, LAX] | MISSING = MISSING
    parent_id: LocationRef | None | MISSING = MISSING
    holds_stock: bool | MISSING = MISSING
    sellable: bool | MISSING = MISSING
    priority: Priority | MISSING = MISSING


class LocationFilter(Filter):
    """Which locations."""

    q: SearchText | None = Field(None, description="Part of the name or the code.")
    code: list[Code] | None = Field(None, max_length=200, description="Any of these codes.")
    kind: list[Annotated[LocationKind, LAX]] | None = Field(None, max_length=10)
    parent_id: LocationId | None = Field(None, description="Directly inside this location only.")
    is_root: bool | None = Field(None, description="Only those without, or with, a parent.")
    sellable: bool | None = None
    is_archived: bool | None = Field(None, description="Only archived ones, or only live ones.")


class LocationSort(StrEnum):
    """What locations can be sorted by."""

    CODE = "CODE"
    NAME = "NAME"
    PRIORITY = "PRIORITY"
    CREATED_AT = "CREATED_AT"
