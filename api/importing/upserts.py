"""Rows that are things with a business key: created when new, changed where they differ."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias, cast

from pydantic import BaseModel, ValidationError

from api.domain.actors import Permission
from api.domain.errors import Conflict, Duplicate
from api.domain.fields import Id
from api.domain.money import Money
from api.domain.operations import AnyOperation
from api.domain.scope import Scope
from api.importing.columns import ATTRIBUTES, Fault, Faulty, Layout, Reader
from api.importing.transaction import Outcome, Refusal, Row

Find: TypeAlias = Callable[[Scope, Sequence[str]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Link:
    """A column with another thing's key: the field that takes it, and the query that finds it."""

    field: str
    get: AnyOperation


@dataclass(frozen=True)
class Things:
    """How one kind of thing is imported: its columns, its key, and the operations that do it."""

    permission: Permission
    readers: Mapping[str, Reader]
    key: str
    create: AnyOperation
    update: AnyOperation
    find: Find
    links: Mapping[str, Link] = field(default_factory=dict)
    ignores_case: bool = True
    fixed: frozenset[str] = frozenset()

    @property
    def required(self) -> Sequence[str]:
        """The column without which no row can be told from another."""
        return [self.key]

    def importer(self, layout: Layout, digest: str, currency: str | None) -> "Upserts":
        """The importer of one file."""
        return Upserts(self, currency)


@dataclass
class Upserts:
    """Creates and changes things, each once in a file."""

    things: Things
    currency: str | None
    _lines: dict[str, int] = field(default_factory=dict)

    def check(self, row: Row) -> None:
        """Refuses a row without a key, with one from further up, or with values out of range."""
        self._gather(row)
        key = row.values.get(self.things.key)
        if key is None:
            raise Faulty(Fault(row.line, self.things.key, "The key may not be empty."))
        try:
            _command(self.things.update).model_validate(self._changeable(row.values))
        except ValidationError as error:
            raise Faulty(*self.faults_of(row, error)) from None
        first = self._lines.setdefault(self._key(row), row.line)
        if first != row.line:
            raise Faulty(Fault(row.line, self.things.key, f"{key} is on line {first} already."))

    async def apply(self, scope: Scope, rows: Sequence[Row]) -> list[Outcome]:
        """Create or change each; what is as the file says is left alone."""
        keys = [row.values[self.things.key].strip() for row in rows]
        known = await self.things.find(scope, keys)
        links: dict[Id, Id] = {}
        return [await self._one(scope, row, known.get(self._key(row)), links) for row in rows]

    def faults_of(self, row: Row, error: Refusal) -> list[Fault]:
        """A refusal in terms of the file's columns."""
        if isinstance(error, ValidationError):
            return [
                Fault(row.line, self._column(fault["loc"]), fault["msg"])
                for fault in error.errors(include_url=False, include_input=False)
            ]
        return [Fault(row.line, error.field if isinstance(error, Duplicate) else "", error.message)]

    def _key(self, row: Row) -> str:
        key: str = row.values[self.things.key].strip()
        return key.lower() if self.things.ignores_case else key

    def _column(self, path: tuple[int | str, ...]) -> str:
        names = {link.field: column for column, link in self.things.links.items()}
        field = ".".join(str(names.get(str(step), step)) for step in path)
        return {"price.amount": "price", "price.currency": "currency"}.get(field, field)

    def _gather(self, row: Row) -> None:
        """Make one field of the columns that belong together."""
        values = row.values
        currency = values.pop("currency", self.currency)
        if "price" in values:
            if currency is None:
                message = "A price needs a currency: a column `currency`, or --currency."
                raise Faulty(Fault(row.line, "price", message))
            values["price"] = {"amount": values["price"], "currency": currency}
        for column, link in self.things.links.items():
            if column in values:
                values[link.field] = values.pop(column)
        named = [name for name in values if name.startswith(ATTRIBUTES)]
        if named:
            values["attributes"] = {
                name.removeprefix(ATTRIBUTES): values.pop(name) for name in named
            }

    def _changeable(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in self.things.fixed}

    async def _one(self, scope: Scope, row: Row, known: Any, links: dict[Id, Id]) -> Outcome:
        for link in self.things.links.values():
            ref = row.values.get(link.field)
            if ref is not None and ref not in links:
                links[ref] = (await link.get(scope, ref)).id
        if known is None:
            create = self.things.create
            await create(scope, _command(create).model_validate(row.values))
            return Outcome.CREATED
        patch = self._patch(row, known, links)
        if not patch:
            return Outcome.UNCHANGED
        update = self.things.update
        await update(scope, known.id, _command(update).model_validate(patch))
        return Outcome.CHANGED

    def _patch(self, row: Row, known: Any, links: Mapping[Id, Id]) -> dict[str, Any]:
        """What the row says that is not so yet; its key finds the thing and does not rename it."""
        for name in self.things.fixed & row.values.keys():
            if row.values[name] != getattr(known, name):
                raise Conflict(f"The {name} of what is there already cannot be changed.")
        wanted = self._changeable(row.values)
        del wanted[self.things.key]
        if "attributes" in wanted:
            wanted["attributes"] = known.attributes | wanted["attributes"]
        checked = _command(self.things.update).model_validate(wanted).model_dump()
        linked = {link.field for link in self.things.links.values()}
        return {
            name: wanted[name]
            for name, value in checked.items()
            if _plain(getattr(known, name)) != (links[value] if name in linked else value)
        }


def _command(operation: AnyOperation) -> type[BaseModel]:
    return cast("type[BaseModel]", operation.command)


def _plain(value: Any) -> Any:
    """A value as a command writes it."""
    if isinstance(value, Money):
        return {"amount": Decimal(value.amount), "currency": value.currency}
    return value
