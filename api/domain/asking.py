"""Which rows of a list a caller asks for, read once for both faces."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.domain.actors import Permission
from api.domain.conditions import Applied, Condition
from api.domain.errors import Fault, ValidationFailed
from api.domain.fields import Instant, SearchText
from api.domain.filters.declaring import Fields
from api.domain.filters.flat import read_flat
from api.domain.filters.reading import read


@dataclass(frozen=True, slots=True)
class Which:
    """Which rows: their conditions, the permissions to ask so, and what cursors are sealed with."""

    where: tuple[Applied, ...] = ()
    needs: frozenset[Permission] = frozenset()
    seal: str = ""


EVERY = Which()


@dataclass(frozen=True, eq=False)
class Argument:
    """What a list takes beside its filter; what is required makes it another list."""

    name: str
    type: Any
    condition: Condition
    description: str
    required: bool = False
    needs: Permission | None = None
    """What it takes to know what is asked about."""

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.type)

    def read(self, sent: Any) -> Any:
        """Its value; raises ValidationFailed."""
        if sent is None and self.required:
            raise ValidationFailed.of([Fault([self.name], "missing", "Field required")])
        try:
            return None if sent is None else self._adapter.validate_python(sent)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False, include_context=False)
            raise ValidationFailed.of(
                [Fault([self.name], it["type"], it["msg"]) for it in faults]
            ) from None


def search(condition: Condition, description: str, *, needs: Permission | None = None) -> Argument:
    """The argument `q`: text that is looked for in several places at once."""
    return Argument("q", SearchText, condition, description, needs=needs)


def as_of(condition: Condition) -> Argument:
    """The argument `at`: the instant that a list of the past is about."""
    return Argument("at", Instant, condition, "The instant that is asked about.", required=True)


@dataclass(frozen=True)
class Asking:
    """What one list may be asked: its filter, and its arguments."""

    fields: Fields
    arguments: tuple[Argument, ...] = ()

    def which(self, sent: Mapping[str, Any]) -> Which:
        """The rows that a tree `where` and the arguments name; raises ValidationFailed and
        UnknownFilter.
        """
        for name in sent.keys() - {"where", *(it.name for it in self.arguments)}:
            raise ValidationFailed.at([name], "extra_forbidden", "Extra inputs are not permitted")
        where = sent.get("where")
        return self._which(sent, None if where is None else read(self.fields, where))

    def which_flat(self, sent: Mapping[str, str | list[str]]) -> Which:
        """The same of a query string, whose parameters are all known."""
        own = {it.name for it in self.arguments}
        filters = {name: value for name, value in sent.items() if name not in own}
        return self._which(sent, read_flat(self.fields, filters) if filters else None)

    def _which(self, sent: Mapping[str, Any], filtered: Any) -> Which:
        applied, seal = list(self._arguments(sent)), ""
        for argument, condition in applied:
            if argument.required:
                seal += f" {condition.values[argument.name]}"
        where = tuple(condition for _, condition in applied)
        needs = frozenset(argument.needs for argument, _ in applied if argument.needs)
        if filtered is None:
            return Which(where, needs, seal) if where else EVERY
        return Which((*where, filtered.condition), needs | filtered.needs, seal)

    def _arguments(self, sent: Mapping[str, Any]) -> Iterator[tuple[Argument, Applied]]:
        for argument in self.arguments:
            value = argument.read(sent.get(argument.name))
            if value is not None:
                yield argument, argument.condition(value)
