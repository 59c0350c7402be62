"""Lists over REST: the parameters of every list, and its answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar
from urllib.parse import quote, unquote_plus

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from api.domain.asking import Asking, Which
from api.domain.errors import Fault, ValidationFailed
from api.domain.fields import Strict
from api.domain.paging import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    CountMode,
    Listing,
    Page,
    SortKey,
    Window,
)
from rest.wanted import MAX_FIELDS, MAX_LINKS

T = TypeVar("T")
Counting = Annotated[
    Literal["none", "exact", "estimated"],
    Field(description="`exact` counts up to 10,000, `estimated` is what PostgreSQL expects."),
]
_LIMIT = Field(
    description="How many rows.", json_schema_extra={"minimum": 0, "maximum": MAX_LIMIT}
)  # the bounds that `Window` refuses by
_OF_SORT = {"order_by": "sort"}
_OF_SIZES = {"first": "limit", "last": "limit"}
Cursor = Annotated[str | None, Field(max_length=2000)]


def _digits(value: object) -> object:
    """Pydantic alone would read `1_0` as ten."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,19}", value):
        raise PydanticCustomError("int_parsing", "Expected a whole number.")
    return value


def _window(
    asked: "ListQuery | ListBody", keys: Sequence[SortKey], names: Mapping[str, str]
) -> Window:
    """The window that is asked for; what is wrong with it is told by these names."""
    backward = asked.before is not None
    try:
        return Window.of(
            first=None if backward else asked.limit,
            last=asked.limit if backward else None,
            after=asked.after,
            before=asked.before,
            order_by=keys,
            count=CountMode(asked.count.upper()),
        )
    except ValidationFailed as refused:
        faults = [
            Fault([names.get(step, step) for step in it.path], it.code, it.message)
            for it in refused.errors
        ]
        raise ValidationFailed(refused.message, faults) from None


class ListQuery(BaseModel):
    """The parameters that every list takes; what is not among them is of its filter."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    limit: Annotated[int, _LIMIT, BeforeValidator(_digits)] = DEFAULT_LIMIT
    after: Annotated[Cursor, Field(description="Rows after this cursor.")] = None
    before: Annotated[Cursor, Field(description="Rows before this cursor, nearest to it.")] = None
    sort: Annotated[
        str | None,
        Field(
            pattern=r"^-?[a-z_]+(,-?[a-z_]+)*$",
            max_length=500,
            description="Fields, comma separated; `-` turns one round: `-created_at,name`.",
        ),
    ] = None
    count: Counting = "none"
    _which: Which | None = PrivateAttr(None)

    @cached_property
    def window(self) -> Window:
        """The part of the list that is asked for; its order is told as `sort`."""
        keys = [
            SortKey(field.removeprefix("-").upper(), field.startswith("-"))
            for field in (self.sort or "").split(",")
            if field
        ]
        return _window(self, keys, _OF_SIZES | _OF_SORT)

    def window_of(self, listing: Listing[Any]) -> Window:
        """The same of a list that is known; refuses what it is not sorted by, spelled as here."""
        for key in self.window.order_by:
            if key.field not in listing.sortable:
                raise listing.unsorted(key.field, "sort", str.lower)
        return self.window

    def which(self, asking: Asking) -> Which:
        """The rows that the list's own parameters ask for."""
        if self._which is None:
            self._which = asking.which_flat(self.model_extra or {})
        return self._which


class OrderBy(Strict):
    """A field to sort by, and which way."""

    field: Annotated[str, Field(max_length=100)]
    direction: Literal["ASC", "DESC"] = "ASC"


class ListBody(Strict):
    """The same of a list that is asked for by a body: its filter is a tree."""

    where: Any = None
    q: Any = None
    at: Any = None
    order_by: list[OrderBy] = Field(
        default=[], max_length=MAX_FIELDS, description="The most important first."
    )
    limit: Annotated[int, _LIMIT] = DEFAULT_LIMIT
    after: Annotated[Cursor, Field(description="Rows after this cursor.")] = None
    before: Annotated[Cursor, Field(description="Rows before this cursor, nearest to it.")] = None
    count: Counting = "none"
    expand: Annotated[list[str], Field(max_length=MAX_LINKS, description="Links to follow.")] = []
    fields: Annotated[
        list[str], Field(max_length=MAX_FIELDS, description="Fields that alone are sent.")
    ] = []

    @property
    def window(self) -> Window:
        """The part of the list that is asked for."""
        keys = [SortKey(it.field, it.direction == "DESC") for it in self.order_by]
        return _window(self, keys, _OF_SIZES)


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
    total_count: int | None = Field(description="Only when asked for by `count`.")
    is_capped: bool | None = Field(description="Whether there are more than were counted.")


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
        "is_capped": page.count.is_capped if page.count else None,
    }


def links(path: str, query_string: bytes, page: Page[Any]) -> str:
    """The pages around one as `Link` (RFC 8288), asked for by the same parameters."""
    kept = [
        quote(pair, safe="=%+:;,.~!$'()*@/?-_")
        for pair in query_string.decode("latin-1").split("&")
        if pair and unquote_plus(pair.partition("=")[0]) not in ("after", "before")
    ]
    found = [_link(path, kept, "first")]
    if page.has_next and page.rows:
        found.append(_link(path, [*kept, f"after={page.cursors[-1]}"], "next"))
    if page.has_previous and page.rows:
        found.append(_link(path, [*kept, f"before={page.cursors[0]}"], "prev"))
    return ", ".join(found)


def _link(path: str, parameters: Sequence[str], rel: str) -> str:
    return f'<{path}{"?" if parameters else ""}{"&".join(parameters)}>; rel="{rel}"'
