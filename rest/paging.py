"""Lists over REST: the parameters of every list, and its answer."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

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

    @property
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
        """The list's own filter, without the parameters of every list."""
        names = filter.model_fields.keys() & self.model_fields_set
        return filter.model_validate({name: getattr(self, name) for name in names})


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

    @classmethod
    def of(cls, page: Page[T]) -> "PageOut[T]":
        """The page as it is sent; its rows were checked when they were written."""
        first, last = (page.cursors[0], page.cursors[-1]) if page.cursors else (None, None)
        info = PageInfo(first, last, page.has_next, page.has_previous)
        return cls.model_construct(data=page.rows, page_info=info, total_count=page.total_count)
