"""Failures injected into the operations that resolvers call: chosen by the seed, the operation and
the key, so that whoever asks meets the same ones, in whatever order and however many at a time.
"""

import asyncio
import copy
import dataclasses
import math
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any

import pytest

from api.domain import json_rows
from api.domain.catalog.models import Tracking
from api.domain.errors import Busy, NotFound, Unavailable, ValidationFailed
from api.domain.fields import Currency
from api.domain.json_rows import InJson, Led, Members
from api.domain.money import Money
from api.domain.operations import OPERATIONS, AnyOperation, Kind
from api.domain.paging import Page, Window
from api.domain.refusals import StockroomError
from graphql_schema.engine import compiler
from tests.differential.goods import Goods

OFTEN = [0.02, 0.1, 0.3]
"""How often things fail for one question: some meet one failure, some a heap of them."""

STEPS_TO_REST = 50
"""Turns of the event loop: more than anybody takes from one answer of the database to the next."""


class Broken(Exception):
    """A failure that nobody foresaw."""


class Odd:
    """A value that no scalar can write."""

    def __repr__(self) -> str:
        return "<odd>"


class Shouted(str):
    """Text that is not quite `str`."""

    __slots__ = ()


ODD_VALUES: list[Any] = [
    *(None, "text", "", "7", Shouted("LOUD"), Odd(), Broken("held, not raised")),
    *(
        0,
        7,
        -1,
        2**31,
        2**53,
        True,
        False,
        3.0,
        2.5,
        math.nan,
        math.inf,
        Decimal(5),
        Decimal("1.5"),
    ),
    *([], ["text"], [None], {}, {"a": 1}, {"a": [2**70]}, Tracking.LOT, Currency("XXX"), b"bytes"),
]


@dataclass
class Failures:
    """What fails for one question, and what did."""

    seed: str
    goods: Goods
    met: set[str] = dataclasses.field(default_factory=set)

    def __post_init__(self) -> None:
        self.often = self.chance("how often").choice(OFTEN)

    def chance(self, *where: str) -> random.Random:
        return random.Random("|".join([self.seed, *map(self.goods.label, where)]))

    def refuse(self, name: str) -> None:
        """Fail as a whole, every time or never."""
        chance = self.chance(name)
        if chance.random() < self.often / 2:
            self.met.add("operation raises")
            raise self._error(chance)

    def _error(self, chance: random.Random) -> Exception:
        refusals: list[StockroomError] = [
            NotFound("It is gone.", "item_1"),
            Busy("Try again."),
            Unavailable("Not now."),
            ValidationFailed.at(["where"], "odd", "Not like this."),
        ]
        return chance.choice([*refusals, Broken("secret detail"), KeyError("key"), ValueError()])

    def bulk(self, name: str, found: dict[Any, Any], keys: Sequence[Any]) -> dict[Any, Any]:
        """What a bulk read found, some of it spoilt or missing."""
        found = dict(found)
        for key in keys:
            chance = self.chance(name, str(key))
            if chance.random() > self.often:
                continue
            if chance.random() < 0.25:
                self.met.add("key left out")
                found.pop(key, None)
            else:
                found[key] = self.spoilt(chance, found.get(key))
        return found

    def query(self, name: str, args: Sequence[Any], result: Any) -> Any:
        """What a query gives, its rows spoilt one by one."""
        if isinstance(result, Page):
            return self._page(name, args[-1], result)
        chance = self.chance(name, *map(str, args))
        return result if chance.random() > self.often * 2 else self.spoilt(chance, result)

    def spoilt(self, chance: random.Random, value: Any) -> Any:
        """The same value, wrong in one way."""
        kind = chance.randrange(8)
        if kind == 0:
            self.met.add("null")
            return None
        if kind == 1:
            self.met.add("a thing of another type")
            return Money("1.00", Currency("EUR"))
        if kind == 2:
            self.met.add("list for object, object for list")
            return (value[0] if value else None) if isinstance(value, list) else [value]
        if kind == 3:
            self.met.add("odd value")
            return _odd(chance)
        if isinstance(value, list):
            return self._list(chance, value)
        return self._row(chance, value)

    def _list(self, chance: random.Random, rows: list[Any]) -> list[Any]:
        if not rows:
            self.met.add("null in a list")
            return [None]
        at = chance.randrange(len(rows))
        return [*rows[:at], self.spoilt(chance, rows[at]), *rows[at + 1 :]]

    def _row(self, chance: random.Random, row: Any) -> Any:
        """A copy of the row with one field spoilt, perhaps of a row inside it."""
        if not dataclasses.is_dataclass(row) or isinstance(row, type):
            return row
        field = chance.choice(dataclasses.fields(row)).name
        value, made = getattr(row, field), copy.copy(row)
        if (isinstance(value, list) and value) or dataclasses.is_dataclass(value):
            setattr(made, field, self.spoilt(chance, value))
        else:
            self.met.add("odd field")
            setattr(made, field, _odd(chance))
        return made

    def _page(self, name: str, window: Window, page: Page[Any]) -> Any:
        size = f"{window.limit} {window.count} {window.order_by}"
        chance = self.chance(name, size)
        if chance.random() < self.often:
            return self._spoilt_page(chance, page)
        made = copy.copy(page)
        for at, row in enumerate(page.rows):
            one = self.chance(name, size, str(at))
            if one.random() < self.often:
                made.rows = [*made.rows[:at], self.spoilt(one, row), *made.rows[at + 1 :]]
        return made

    def _spoilt_page(self, chance: random.Random, page: Page[Any]) -> Any:
        self.met.add("page spoilt")
        kind, made = chance.randrange(5), copy.copy(page)
        if kind == 0:
            return None
        if kind == 1:
            made.cursors = list(page.cursors)[:-1]
        elif kind == 2:
            made.rows = chance.choice(
                list[Any]([None, 7, tuple(page.rows), iter(page.rows), "rows"])
            )
        elif kind == 3:
            made.has_next = _odd(chance)
        else:
            made.count = _odd(chance)
        return made


def _odd(chance: random.Random) -> Any:
    return copy.copy(chance.choice(ODD_VALUES))


async def _rest() -> None:
    """Let everybody else go as far as they can."""
    for _ in range(STEPS_TO_REST):
        await asyncio.sleep(0)


class Injector:
    """Stands between every operation that reads and its callers.

    What an operation read is given out when all else has come to rest: which of two fields fails
    first is then a matter of the document, not of how long the database took.
    """

    def __init__(self) -> None:
        self.failures: Failures | None = None

    def wrap(self, operation: AnyOperation) -> Callable[..., Awaitable[Any]]:
        function = operation.function

        @wraps(function)
        async def injected(scope: Any, *args: Any) -> Any:
            failures = self.failures
            if failures is not None:
                failures.refuse(operation.name)
            try:
                result = await function(scope, *args)
            except StockroomError:
                await _rest()
                raise
            await _rest()
            if failures is None:
                return result
            if operation.kind is Kind.BULK:
                return failures.bulk(operation.name, result, args[0])
            return failures.query(operation.name, args, result)

        return injected

    def wrap_together(self, *reads: InJson) -> AnyOperation:
        """The same for what PostgreSQL writes: it spoils nothing, so where a row would have been
        spoilt the read fails as a whole, and graphql-core meets the failure itself.
        """
        written = json_rows.together(*reads)

        async def injected(scope: Any, keys: Sequence[Sequence[Any]]) -> Any:
            for read, some in zip(reads, keys, strict=True):
                ids = [key for key in dict.fromkeys(some) if key is not None]
                if self.failures and await self._meets(scope, read.bulk, read.members, ids):
                    raise Broken("spoilt on the way")
            texts = await written.function(scope, keys)
            await _rest()
            return texts

        return dataclasses.replace(written, function=injected)

    async def _meets(
        self, scope: Any, bulk: AnyOperation, members: Members, keys: Sequence[Any]
    ) -> bool:
        """Whether a failure would have been met by whoever reads the rows."""
        try:
            found = await bulk.function(scope, keys)
        except Exception:
            return True
        failures, self.failures = self.failures, None
        plain = await bulk.function(scope, keys)
        self.failures = failures
        if found != plain:
            return True
        rows = [row for one in plain.values() for row in (one if isinstance(one, list) else [one])]
        for _, led in members:
            if isinstance(led, Led):
                below = [key for row in rows if (key := getattr(row, led.key))]
                if await self._meets(scope, led.bulk, led.members, list(dict.fromkeys(below))):
                    return True
        return False


@contextmanager
def injecting() -> Iterator[Injector]:
    """Every operation that reads can be made to fail while this lasts."""
    injector = Injector()
    reading = [one for one in OPERATIONS.values() if one.kind is not Kind.COMMAND]
    before = {operation.name: operation.function for operation in reading}
    try:
        for operation in reading:
            object.__setattr__(operation, "function", injector.wrap(operation))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiler, "together", lru_cache(injector.wrap_together))
            yield injector
    finally:
        for operation in reading:
            object.__setattr__(operation, "function", before[operation.name])
