"""Many commands as one: read row by row, done together, with a result for each in their order."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WrapSerializer,
    WrapValidator,
)

from api.domain import parts
from api.domain.errors import Fault, ValidationFailed
from api.domain.fields import LAX, Strict
from api.domain.operations import Operation
from api.domain.refusals import Kind, StockroomError, every_refusal
from api.domain.scope import Scope

C = TypeVar("C", bound=BaseModel)
R = TypeVar("R")

MAX_ROWS = 500


class ErrorPolicy(StrEnum):
    """What becomes of the good rows when others are refused."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    SKIP_FAILED = "SKIP_FAILED"


@dataclass(eq=False)
class BulkRefused(StockroomError):
    """Rows were refused, so nothing was done; each is named by its place."""

    kind = Kind.INVALID
    errors: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no command, as it was sent."""

    sent: Any
    faults: list[Fault]


def _read(sent: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(sent)
    except ValidationError as error:
        return Unreadable(sent, faults_of(error))


def _written(row: Any, write: Callable[[Any], Any]) -> Any:
    """For the fingerprint alone, to which all that was sent belongs."""
    if isinstance(row, Unreadable):
        return json.dumps(row.sent, sort_keys=True, default=str)
    return write(row)


Row = Annotated[C, WrapValidator(_read), WrapSerializer(_written)]
"""A row that is refused by itself, not with all others."""


class BulkOf(Strict, Generic[C]):
    """Rows in the order in which they are done, and what is to become of them when some fail."""

    items: list[Row[C]] = Field(min_length=1, max_length=MAX_ROWS)
    error_policy: Annotated[ErrorPolicy, LAX] = ErrorPolicy.ALL_OR_NOTHING

    @property
    def readable(self) -> list[C]:
        """The rows that are commands."""
        return [row for row in self.items if not isinstance(row, Unreadable)]


class _Readers(dict[str, TypeAdapter[StockroomError]]):
    def __missing__(self, code: str) -> TypeAdapter[StockroomError]:
        kind = next(error for error in every_refusal() if error.code == code)
        return self.setdefault(code, TypeAdapter(kind))


_READERS = _Readers()
Stored = Annotated[
    StockroomError,
    PlainValidator(lambda told: _READERS[told["code"]].validate_python(told)),
    PlainSerializer(lambda refusal: refusal.told),
]


@dataclass(slots=True)
class BulkRow(Generic[R]):
    """What became of one row: a result or a refusal."""

    index: int
    result: R | None
    refusal: Stored | None

    @property
    def path(self) -> list[str]:
        """Where the fault is: in the row as a whole, or in the one field of it that is named."""
        faults = self.refusal.errors if isinstance(self.refusal, ValidationFailed) else []
        return faults[0].path if len(faults) == 1 else place_of(self.index)


@dataclass(slots=True)
class Bulk(Generic[R]):
    """What became of all rows, in the order in which they were sent."""

    results: list[BulkRow[R]]
    succeeded: int
    failed: int


Do = Callable[[Scope, Sequence[C]], Awaitable[Sequence[R | StockroomError]]]
"""Does rows together: of each what it gave or why it was refused; raises what refuses them all."""


async def in_bulk(scope: Scope, command: BulkOf[C], do: Do[C, R]) -> Bulk[R]:
    """Do every row that can be done; raises BulkRefused where all were to be done or none."""
    places = [n for n, row in enumerate(command.items) if not isinstance(row, Unreadable)]
    done = await parts.each(scope, command.readable, lambda some: do(scope, some))
    results = dict(zip(places, done, strict=True))
    found = [_row(n, results.get(n, row)) for n, row in enumerate(command.items)]
    failed = [(row.index, row.refusal) for row in found if row.refusal]
    if failed and command.error_policy is ErrorPolicy.ALL_OR_NOTHING:
        message = f"{len(failed)} of {len(found)} rows cannot be done, so none was."
        raise BulkRefused(message, [it for failure in failed for it in _faults(*failure)])
    return Bulk(found, len(found) - len(failed), len(failed))


async def one_by_one(scope: Scope, command: BulkOf[C], operation: Operation[C, R]) -> Bulk[R]:
    """Do every row by the operation for one."""

    async def do(scope: Scope, commands: Sequence[C]) -> list[R | StockroomError]:
        return [await operation(scope, command) for command in commands]

    return await in_bulk(scope, command, do)


def faults_of(error: ValidationError) -> list[Fault]:
    """What is wrong, and where; never what was sent."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [Fault.found(entry["loc"], entry) for entry in found[: ValidationFailed.most + 1]]


def place_of(index: int) -> list[str]:
    """Where a row stands in its command."""
    return ["items", str(index)]


def _row(index: int, done: Any) -> BulkRow[Any]:
    if isinstance(done, ValidationError):
        done = ValidationFailed.of(faults_of(done))
    if isinstance(done, Unreadable):
        done = ValidationFailed.of(done.faults)
    if isinstance(done, ValidationFailed):
        placed = [replace(it, path=[*place_of(index), *it.path]) for it in done.errors]
        done = ValidationFailed(done.message, placed)
    if isinstance(done, StockroomError):
        return BulkRow(index, None, done)
    return BulkRow(index, done, None)


def _faults(index: int, refusal: StockroomError) -> list[Fault]:
    if isinstance(refusal, ValidationFailed) and refusal.errors:
        return refusal.errors
    return [Fault(place_of(index), refusal.code, refusal.message)]
