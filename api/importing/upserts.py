"""Rows that are things with a business key: created when new, changed where they differ."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from api.domain.actors import Permission
from api.domain.base import Base
from api.domain.errors import Conflict, Duplicate
from api.domain.fields import Id
from api.domain.money import Money
from api.domain.operations import AnyOperation
from api.domain.parts import Refusal
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.sets import hold_rows
from api.importing.columns import ATTRIBUTES, Fault, Faulty, Layout, Reader
from api.importing.transaction import Outcome, Result, Row

Find: TypeAlias = Callable[[Scope, Sequence[str]], Awaitable[Sequence[tuple[str, Any]]]]
FindIds: TypeAlias = Callable[[Scope, Collection[Id]], Awaitable[Mapping[Id, Id]]]
Create: TypeAlias = Callable[[Scope, list[Any]], Awaitable[object]]
Update: TypeAlias = Callable[[Scope, dict[Id, Any]], Awaitable[None]]
Hold: TypeAlias = Callable[[Scope, list[str]], Awaitable[None]]
Links: TypeAlias = Mapping[str, Mapping[Id, Id | StockroomError]]


@dataclass(frozen=True)
class Link:
    """A column with another thing's key: the field that takes it, what finds the ids of many, and
    the query that says why there is none.
    """

    field: str
    ids: FindIds
    get: AnyOperation


@dataclass(frozen=True)
class Things:
    """How one kind of thing is imported: its columns, its key, and what does it in the domain.

    `find` gives for each key, in its turn, how the database compares it and the thing it belongs
    to. `in_sets` says that no row needs another one of the same file.
    """

    permission: Permission
    readers: Mapping[str, Reader]
    model: type[Base]
    key: str
    creation: type[BaseModel]
    create: Create
    change: type[BaseModel]
    update: Update
    find: Find
    hold: Hold | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    in_sets: bool = True
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
    _foreseen: list[str] = field(default_factory=list)

    @property
    def foresight(self) -> Sequence[str]:
        """The keys, where things are locked before the first of them is changed."""
        return [self.things.key] if self.things.hold else []

    def foresee(self, row: Row) -> None:
        """Remember the key of a row, and nothing else of it."""
        self._foreseen.append(self._possible_key(row))

    async def hold(self, scope: Scope) -> None:
        """Lock the things that others lock several of, in the order that they do it."""
        if self.things.hold:
            await self.things.hold(scope, self._foreseen)
            self._foreseen.clear()

    def check(self, row: Row) -> None:
        """Refuses a row without a key, or with one that no thing can have."""
        self._gather(row)
        self._possible_key(row)

    async def apply(self, scope: Scope, rows: Sequence[Row]) -> list[Result]:
        """Create or change each; what is as the file says is left alone."""
        if self.things.in_sets:
            return await self._together(scope, rows)
        return [result for row in rows for result in await self._together(scope, [row])]

    def faults_of(self, row: Row, error: Refusal) -> list[Fault]:
        """A refusal in terms of the file's columns."""
        if isinstance(error, ValidationError):
            return [
                Fault(row.line, self._column(fault["loc"]), fault["msg"])
                for fault in error.errors(include_url=False, include_input=False)
            ]
        return [Fault(row.line, error.field if isinstance(error, Duplicate) else "", error.message)]

    def _possible_key(self, row: Row) -> str:
        if self.things.key not in row.values:
            raise Faulty(Fault(row.line, self.things.key, "The key may not be empty."))
        key = self._key(row)
        try:
            self.things.change.model_validate({self.things.key: key})
        except ValidationError as error:
            raise Faulty(*self.faults_of(row, error)) from None
        return key

    def _key(self, row: Row) -> str:
        key: str = row.values[self.things.key]
        return key.strip()

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

    async def _together(self, scope: Scope, rows: Sequence[Row]) -> list[Result]:
        """Look all of them up, judge each by itself, and write those that are good."""
        known = await self._known(scope, rows)
        links = await self._found(scope, rows)
        results: list[Result] = []
        new: list[BaseModel] = []
        changes: dict[Id, BaseModel] = {}
        for row, (same, thing) in zip(rows, known, strict=True):
            try:
                command = self._command(row, same, thing, links)
            except (Faulty, StockroomError, ValidationError) as error:
                wrong = error.faults if isinstance(error, Faulty) else self.faults_of(row, error)
                results.append(wrong)
                continue
            if command is None:
                results.append(Outcome.UNCHANGED)
            elif thing is None:
                new.append(command)
                results.append(Outcome.CREATED)
            else:
                changes[thing.id] = command
                results.append(Outcome.CHANGED)
        if new:
            await self.things.create(scope, new)
        if changes:
            await self.things.update(scope, changes)
        return results

    async def _known(self, scope: Scope, rows: Sequence[Row]) -> Sequence[tuple[str, Any]]:
        """What is there already; where only a part of an attribute is changed, the whole stays as
        it was read until the command ends.
        """
        keys = [self._key(row) for row in rows]
        known = await self.things.find(scope, keys)
        there = [thing.id for _, thing in known if thing]
        if not there or not any("attributes" in row.values for row in rows):
            return known
        await hold_rows(scope, self.things.model, there)
        return await self.things.find(scope, keys)

    async def _found(self, scope: Scope, rows: Sequence[Row]) -> Links:
        """What the references in these rows lead to, by field and reference."""
        found = {}
        for link in self.things.links.values():
            named = {row.values[link.field] for row in rows if link.field in row.values}
            refs = [ref for ref in named if self._is_possible(link.field, ref)]
            ids: dict[Id, Id | StockroomError] = {}
            if refs:
                ids |= await link.ids(scope, refs)
            for ref in set(refs) - ids.keys():
                try:
                    ids[ref] = (await link.get(scope, ref)).id
                except StockroomError as refusal:
                    ids[ref] = refusal
            found[link.field] = ids
        return found

    def _is_possible(self, field: str, value: Any) -> bool:
        try:
            self.things.change.model_validate({field: value})
        except ValidationError:
            return False
        return True

    def _command(self, row: Row, same: str, thing: Any, links: Links) -> BaseModel | None:
        """What is to be done for a row, if anything; raises what is wrong with it."""
        first = self._lines.get(same, row.line)
        if first != row.line:
            message = f"{row.values[self.things.key]} is on line {first} already."
            raise Faulty(Fault(row.line, self.things.key, message))
        if thing is None:
            command = self.things.creation.model_validate(row.values)
        else:
            command = self.things.change.model_validate(self._said(row, thing))
        linked: dict[str, Any] = {}
        for name, found in links.items():
            if name in row.values:
                linked[name] = target = found[row.values[name]]
                if isinstance(target, StockroomError):
                    raise target
        self._lines[same] = row.line
        return command if thing is None else _difference(command, thing, linked)

    def _said(self, row: Row, thing: Any) -> dict[str, Any]:
        """What the row says of a thing; its key finds it and does not rename it."""
        said = {name: value for name, value in row.values.items() if name != self.things.key}
        for name in self.things.fixed & said.keys():
            if said.pop(name) != getattr(thing, name):
                raise Conflict(f"The {name} of what is there already cannot be changed.")
        if "attributes" in said:
            said["attributes"] = thing.attributes | said["attributes"]
        return said


def _difference(command: BaseModel, thing: Any, linked: dict[str, Any]) -> BaseModel | None:
    """The command without what is so already, or None if nothing is left of it."""
    values = command.model_dump() | linked
    changed = [name for name, value in values.items() if _plain(getattr(thing, name)) != value]
    if not changed:
        return None
    return command.model_construct(**{name: getattr(command, name) for name in changed})


def _plain(value: Any) -> Any:
    """A value as a command writes it."""
    if isinstance(value, Money):
        return {"amount": Decimal(value.amount), "currency": value.currency}
    return value
