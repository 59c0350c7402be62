"""Rows that are stock coming in: each is received once, however often its file is imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import ValidationError
from sqlalchemy import ARRAY, String, any_, literal, select

from api.domain.actors import Permission
from api.domain.fields import Id
from api.domain.parts import Refusal
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.stock.bulk import receive_each
from api.domain.stock.commands import ReceiveStock
from api.domain.stock.holding import hold_delivery
from api.domain.stock.models import Posting
from api.importing.columns import Fault, Faulty, Layout, Reader, integer, reference, text, word
from api.importing.transaction import Outcome, Result, Row

_COLUMNS = {"item_id": "sku", "location_id": "location"}


@dataclass(frozen=True)
class Receipts:
    """How stock is imported."""

    permission: ClassVar[Permission] = Permission.STOCK_WRITE
    readers: ClassVar[Mapping[str, Reader]] = {
        "sku": reference("sku"),
        "location": reference("code"),
        "quantity": integer,
        "bucket": word,
        "unit_cost": text,
        "currency": text,
        "reason": text,
        "note": text,
    }
    required: ClassVar[Sequence[str]] = ["sku", "location", "quantity"]

    def importer(self, layout: Layout, digest: str, currency: str | None) -> "Receiving":
        """The importer of one file; another file, or another mapping of it, is another delivery."""
        return Receiving(layout.fingerprint(digest), currency)


@dataclass(frozen=True)
class Receiving:
    """Receives the rows of one file; each posting refers to the file's content and the line."""

    document: str
    currency: str | None
    _coming: set[tuple[Id, Id]] = field(default_factory=set)

    def check(self, row: Row) -> None:
        """Refuses values that cannot be received anywhere."""
        row.command = self._checked(row)

    @property
    def foresight(self) -> Sequence[str]:
        """All of a row: no stock is locked for one that cannot be received."""
        return list(Receipts.readers)

    def foresee(self, row: Row) -> None:
        """Remember which item comes to which location."""
        command = self._checked(row)
        self._coming.add((command.item_id, command.location_id))

    async def hold(self, scope: Scope) -> None:
        """Lock that stock in the one order that all commands keep, not the file's: else buyers and
        the import would wait for each other.
        """
        await hold_delivery(scope, self._coming)

    async def apply(self, scope: Scope, rows: Sequence[Row]) -> list[Result]:
        """Receive what was not received from this line of this file before."""
        references = literal([self._reference(row) for row in rows], ARRAY(String))
        there = select(Posting.reference_id).where(
            Posting.reference_type == "external", Posting.reference_id == any_(references)
        )
        done = {found.reference_id for found in await scope.fetch(there)}
        new = [row for row in rows if self._reference(row) not in done]
        received = await receive_each(scope, [row.command for row in new]) if new else []
        results: dict[int, Result] = {
            row.line: self.faults_of(row, it) if isinstance(it, StockroomError) else Outcome.CREATED
            for row, it in zip(new, received, strict=True)
        }
        return [results.get(row.line, Outcome.UNCHANGED) for row in rows]

    def faults_of(self, row: Row, error: Refusal) -> list[Fault]:
        """A refusal in terms of the file's columns."""
        if not isinstance(error, ValidationError):
            return [Fault(row.line, "", error.message)]
        return [
            Fault(row.line, _COLUMNS.get(str(fault["loc"][0]), str(fault["loc"][0])), fault["msg"])
            for fault in error.errors(include_url=False, include_input=False)
        ]

    def _checked(self, row: Row) -> ReceiveStock:
        try:
            return self._command(row)
        except ValidationError as error:
            raise Faulty(*self.faults_of(row, error)) from None

    def _command(self, row: Row) -> ReceiveStock:
        values = dict(row.values)
        for name, column in _COLUMNS.items():
            if column in values:
                values[name] = values.pop(column)
        currency = values.pop("currency", self.currency)
        if "unit_cost" in values:
            values["unit_cost"] = {"amount": values["unit_cost"], "currency": currency}
        return ReceiveStock.model_validate({"reference": self._reference(row), **values})

    def _reference(self, row: Row) -> str:
        return f"import:{self.document}:{row.line}"
