"""Which reports there are, and what each may be asked."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.domain.errors import Fault, ValidationFailed
from api.domain.fields import MAX_QUANTITY, Filter, Instant, LocationId, Quantity
from api.domain.paging import DEFAULT_LIMIT, MAX_LIMIT

USUAL_DAYS, MOST_DAYS = 30, 366


class ReportName(StrEnum):
    """A report, by the last word of its address."""

    STOCK_VALUATION = "stock-valuation"
    LOW_STOCK = "low-stock"
    MOVEMENTS_BY_DAY = "movements-by-day"


class Grouping(StrEnum):
    """What the stock is summed by."""

    LOCATION = "LOCATION"
    CATEGORY = "CATEGORY"
    ITEM = "ITEM"


@cache
def _zones() -> set[str]:
    return available_timezones() - {"localtime"}  # this machine's, which no database knows


def _known_zone(name: str) -> str:
    if name in _zones():
        return name
    message = "Expected a time zone of the IANA database, like 'Europe/Berlin'."
    raise PydanticCustomError("unknown_time_zone", message)


def _digits(value: object) -> object:
    """A query string says 10 as text; anything else that is no number is left to be refused."""
    plain = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19
    return int(str(value)) if plain else value


_Whole = BeforeValidator(_digits)
TimeZone = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,62}$"),
    AfterValidator(_known_zone),
]
Threshold = Annotated[Quantity, Field(strict=True, ge=0, le=MAX_QUANTITY), _Whole]
Limit = Annotated[int, Field(strict=True, ge=1, le=MAX_LIMIT), _Whole]


class ReportFilter(Filter):
    """What a report is asked: each takes `location_id` and `limit`, and those that say its name."""

    location_id: list[LocationId] | None = Field(
        None, max_length=200, description="Only of stock at these."
    )
    limit: Limit = Field(DEFAULT_LIMIT, description="How many rows at most.")
    group_by: Grouping | None = Field(
        None, description="Stock valuation: what it is summed by; by location unless said."
    )
    at: Instant | None = Field(
        None, description="Stock valuation: what was there then, at the prices of today."
    )
    threshold: Threshold | None = Field(
        None, description="Low stock: the most that is low; 10 unless said."
    )
    recorded_from: Instant | None = Field(
        None, description="Movements by day: since then; for 30 days unless said."
    )
    recorded_before: Instant | None = Field(
        None, description="Movements by day: before then; until now unless said."
    )
    time_zone: TimeZone | None = Field(
        None, description="Movements by day: whose days they are; UTC unless said."
    )

    def judge(self, report: ReportName) -> None:
        """Refuse what belongs to another report: it would silently count for nothing."""
        faults = [
            Fault([name], "not_of_this_report", f"{report.value} is not asked this.")
            for name in type(self).model_fields
            if getattr(self, name) is not None and name not in _TAKEN[report]
        ]
        if faults:
            raise ValidationFailed.of(faults)

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """The time that is asked about; refuses what would take too long to sum up."""
        before = self.recorded_before or now
        since = self.recorded_from or before - timedelta(days=USUAL_DAYS)
        if not timedelta(0) < before - since <= timedelta(days=MOST_DAYS):
            message = f"Ask about a time that ends after it begins, within {MOST_DAYS} days."
            raise ValidationFailed.at(["recorded_from"], "out_of_range", message)
        return since, before


_OF_ALL = {"location_id", "limit"}
_TAKEN = {
    ReportName.STOCK_VALUATION: _OF_ALL | {"group_by", "at"},
    ReportName.LOW_STOCK: _OF_ALL | {"threshold"},
    ReportName.MOVEMENTS_BY_DAY: _OF_ALL | {"recorded_from", "recorded_before", "time_zone"},
}
