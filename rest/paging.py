"""Lists over REST: the parameters of every list, and its answer."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortKey, Window

T = TypeVar("T")
F = TypeVar("F", bound=BaseModel)


def _digits(value: object) -> object:
    """Pydantic alone would read `1_0` as ten."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,19}", value):
        raise PydanticCustomError("int_parsing", "Expected a whole number.")
    return value


class CountMode(StrEnum):
    """Whether the answer says how many rows there are in all."""

    NONE = "none"
    EXACT = "exact"


class ListQuery(BaseModel):
    """The parameters that every list takes, beside its filter."""

    limit: Annotated[
        int,
        Field(ge=0, le=MAX_LIMIT, description="How many rows."),
        BeforeValidator(_digits),
    ] = DEFAULT_LIMIT
    after: Annotated[str | None, Field(max_length=2000, description="Rows after this cursor.")] = (
        None
    )
    before: Annotated[
        str | None, Field(max_length=2000, description="Rows before this cursor, nearest to it.")
    ] = None
    sort: Annotated[
        str | None,
        Field(
            pattern=r"^-?[a-z_]+(,-?[a-z_]+){0,3}$",
            description="Fields, comma separated; `-` turns one round: `-created_at,name`.",
        ),
    ] = None
    count: Annotated[CountMode, Field(description="`exact` counts up to 10,000.")] = CountMode.NONE

    @cached_property
    def window(self) -> Window:
        """The part of the list that is asked for."""
        keys = [
            SortKey(field.removeprefix("-").upper(), field.startswith("-"))
            for field in (self.sort or "").split(",")
            if field
        ]
        sizes = {"last": self.limit} if self.before is not None else {"first": self.limit}
        return Window.of(
            **sizes,
            after=self.after,
            before=self.before,
            order_by=keys,
            count=self.count is CountMode.EXACT,
        )

    def only(self, filter: type[F]) -> F:
        """The list's own filter, without the parameters of every list; its values are checked."""
        sent = self.model_fields_set - _OF_EVERY_LIST
        if not sent:
            return cast("F", _nothing(filter))
        return filter.model_construct(sent, **{name: getattr(self, name) for name in sent})


_OF_EVERY_LIST = frozenset(ListQuery.model_fields)


@cache
def _nothing(filter: type[BaseModel]) -> BaseModel:
    return filter()


@dataclass(slots=True)
class PageInfo:
    """Where this page stands in its list."""

    start_cursor: str | None
    end_cursor: str | None
    has_next_page: bool
    has_previous_page: bool


class PageOut(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T]
    page_info: PageInfo
    total_count: int | None = Field(description="Only when asked for by `count=exact`.")


def enveloped(page: Page[Any], data: list[dict[str, Any]]) -> dict[str, Any]:
    """A page as it is sent, its rows already written."""
    cursors = page.cursors
    first, last = (cursors[0], cursors[-1]) if cursors else (None, None)
    return {
        "data": data,
        "page_info": {
            "start_cursor": first,
            "end_cursor": last,
            "has_next_page": page.has_next,
            "has_previous_page": page.has_previous,
        },
        "total_count": page.total_count,
    }
