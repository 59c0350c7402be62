"""One transaction for a whole file, in which a bad row can be found and left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy import BigInteger, func, literal, select

from api.domain import parts
from api.domain.actors import Permission
from api.domain.operations import MADE_OF, Key, Kind, Operation
from api.domain.parts import Refusal
from api.domain.scope import Scope, Terms
from api.domain.statements import Statement
from api.importing.columns import Fault, Faulty, Layout, Reader, layout
from api.importing.files import Cells, read, survey

CHUNK = 1000
SHOWN = 50
_ONE_AT_A_TIME = 7_305_991_805  # the advisory lock under which a file is imported
_TURN = Statement(select(func.pg_advisory_xact_lock(literal(_ONE_AT_A_TIME, BigInteger))))


class Outcome(Enum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Choices:
    """How the person at the keyboard wants a file read, and what is to happen to it."""

    mapped: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    delimiter: str | None = None
    currency: str | None = None
    dry_run: bool = False
    skip_errors: bool = False


@dataclass
class Tally:
    """What became of the rows so far; of the faults, the first and the count."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    failed: int = 0
    faults: list[Fault] = field(default_factory=list)

    def fail(self, faults: Sequence[Fault]) -> None:
        """A row that cannot be done."""
        self.failed += 1
        self.faults += faults[: max(0, SHOWN - len(self.faults))]


class Rejected(Exception):
    """A file with rows that cannot be imported, so that none was."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(tally)
        self.tally = tally


@dataclass(slots=True)
class Row:
    """What one row of the file says, and the command that `check` may have made of it."""

    line: int
    values: dict[str, Any]
    command: Any = None


Result: TypeAlias = Outcome | Sequence[Fault]  # what became of a row, or what is wrong with it


class Importer(Protocol):
    """Does the rows of one file; a new one for each attempt, for it may remember what it saw."""

    @property
    def foresight(self) -> Sequence[str]:
        """The fields of all rows by which it knows what to lock before the first; none: nothing."""

    def foresee(self, row: Row) -> None:
        """Remember what this row will change; raises Faulty for one that will change nothing."""

    async def hold(self, scope: Scope) -> None:
        """Lock what was foreseen."""

    def check(self, row: Row) -> None:
        """Raise Faulty for what can be known to be wrong without looking into the books."""

    async def apply(self, scope: Scope, rows: Sequence[Row]) -> list[Result]:
        """Do those of the rows that can be done, and say of each what became of it; raises what
        the database refuses, whichever row it was.
        """

    def faults_of(self, row: Row, error: Refusal) -> list[Fault]:
        """A refusal in terms of the file's columns."""


class Subject(Protocol):
    """What the rows of a file are about."""

    @property
    def permission(self) -> Permission:
        """What the importer must be allowed."""

    @property
    def readers(self) -> Mapping[str, Reader]:
        """How each field's cells are read."""

    @property
    def required(self) -> Sequence[str]:
        """The fields that every file must have a column for."""

    def importer(self, layout: Layout, digest: str, currency: str | None) -> Importer:
        """The importer of one file."""


async def import_file(
    scope: Scope,
    subject: Subject,
    path: Path,
    choices: Choices,
    progress: Callable[[int, int], None] = lambda _line, _lines: None,
) -> Tally:
    """Import a file in one transaction, by one import at a time.

    Raises Rejected, and has done nothing, when a row is wrong and none may be skipped; Unreadable
    when the file as a whole is. `progress` hears of the lines done, and of how many there are.
    """
    about = survey(path)
    inner = _beside(scope)
    tally = Tally()

    async def import_rows(_: Scope) -> None:
        nonlocal tally
        tally = Tally()  # the kernel may begin the whole transaction anew
        rows = read(path, choices.delimiter)
        columns = layout(
            next(rows, None), subject.readers, subject.required, choices.mapped, choices.ignored
        )
        importer = subject.importer(columns, about.digest, choices.currency)
        work = _Work(inner, columns, importer, tally)
        if importer.foresight:
            await inner.let_go()  # no transaction may idle for so long
            work.foresee(islice(read(path, choices.delimiter), 1, None))
        await inner.write(_TURN, {})
        await importer.hold(inner)
        while last := await work.chunk(islice(rows, CHUNK)):
            progress(last, about.lines)
        if tally.failed and not choices.skip_errors:
            raise Rejected(tally)

    operation = Operation[None](
        "import_rows", Kind.COMMAND, subject.permission, Key.OPTIONAL, False, import_rows
    )
    await _run(inner, operation, Terms(validate_only=choices.dry_run))
    return tally


def _beside(scope: Scope) -> Scope:
    """A scope of the same caller's."""
    lent = scope.surroundings
    return Scope(scope.connections, scope.actor, scope.keyring, scope.trace_id, surroundings=lent)


async def _run(scope: Scope, operation: Operation[None], terms: Terms) -> None:
    """Run it, and have what was made of the books before be made anew."""
    try:
        await scope.run(operation, terms=terms)
    finally:  # what was cut off may have been kept all the same
        for area in () if terms.validate_only else sorted(MADE_OF):
            await scope.surroundings.shelf.changed(area)


@dataclass(frozen=True)
class _Work:
    """Does rows a chunk at a time."""

    scope: Scope
    columns: Layout
    importer: Importer
    tally: Tally

    def foresee(self, rows: Iterable[Cells]) -> None:
        """Let the importer see all rows, as far as it must."""
        columns = self.columns.only(self.importer.foresight)
        for cells in rows:
            with suppress(Faulty):  # told when its turn comes
                self.importer.foresee(Row(cells.line, columns.values(cells)))

    async def chunk(self, chunk: Iterable[Cells]) -> int:
        """Do the rows that can be done, and tally them all; gives the line of the last, or 0."""
        rows, line = [], 0
        wrong: dict[int, Sequence[Fault]] = {}
        for cells in chunk:
            line = cells.line
            try:
                row = Row(line, self.columns.values(cells))
                self.importer.check(row)
                rows.append(row)
            except Faulty as faulty:
                wrong[line] = faulty.faults
        if rows:
            await self._do(rows, wrong)
        for _, faults in sorted(wrong.items()):
            self.tally.fail(faults)
        return line

    async def _do(self, rows: Sequence[Row], wrong: dict[int, Sequence[Fault]]) -> None:
        """Do the rows; what the database refuses is told of the very row that it refuses."""
        results = await parts.each(self.scope, rows, partial(self.importer.apply, self.scope))
        for row, result in zip(rows, results, strict=True):
            if isinstance(result, Outcome):
                self.tally.outcomes[result] += 1
            elif isinstance(result, Refusal):
                wrong[row.line] = self.importer.faults_of(row, result)
            else:
                wrong[row.line] = result
