"""Plans: compiled operations, kept as long as there is room."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.values import VariableValues, get_variable_values

from api.domain.json_rows import FAMILIAR, Room
from graphql_schema.engine.compiler import Compiler
from graphql_schema.engine.resolving import Outcome, Run
from graphql_schema.engine.selections import NotCoveredError, Selections, deciding_variables
from graphql_schema.engine.types import Types

Reads: TypeAlias = Mapping[type, frozenset[str]]

KEPT = 100_000
"""What bounds the memory of plans: the tokens of their documents, and their code by its length."""

CHARACTERS = 40
"""Of a plan's source weigh as much as a token."""

AT_ONCE = 500
"""Tokens of a document that is compiled when it first comes; a longer one must come again."""

VARIANTS = 8
"""Plans of one operation: what `@skip` and `@include` leave of it differs by their variables."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled operation; one with a single root field is `alone`, and `reads` are the fields of
    rows that it looks at.
    """

    answer: Callable[..., Any]
    alone: bool
    source: str
    fields: int
    selections: Selections
    reads: Reads

    @property
    def weight(self) -> int:
        """What it takes of the memory for plans."""
        return len(self.source) // CHARACTERS

    def settled(self, run: Run) -> dict[str, Outcome]:
        """What graphql-core need not ask for again, and must not where it changed something.

        A query's values are read anew: what was loaded for them is forgotten. What one of several
        fields raised is asked again, since answering it at once would change the order of errors;
        so is what may have missed a field of a row that holds only what the document names.
        """
        if self.selections.operation.operation is OperationType.MUTATION:
            return run.outcomes
        raised = {
            key: outcome
            for key, outcome in run.outcomes.items()
            if outcome.error and not isinstance(outcome.error, AttributeError)
        }
        return raised if self.alone else {}


@dataclass(slots=True)
class _Entry:
    document: DocumentNode
    operation: OperationDefinitionNode
    deciding: tuple[str, ...]
    due: bool
    asked: int = 0
    plans: OrderedDict[tuple[bool | None, ...], Plan | None] = field(default_factory=OrderedDict)
    weight: int = 0


class Plans:
    """The plans of a schema, by document, operation and the variables that decide its shape."""

    def __init__(self, schema: GraphQLSchema, kept: int = KEPT, familiar: int = FAMILIAR) -> None:
        self.schema, self._kept, self.familiar = schema, kept, familiar
        self._types = Types(schema)
        self._entries: OrderedDict[tuple[int, str | None], _Entry] = OrderedDict()
        self.weight = 0

    def __len__(self) -> int:
        return sum(len(entry.plans) for entry in self._entries.values())

    def find(
        self, document: DocumentNode, name: str | None, given: dict[str, Any]
    ) -> tuple[Plan, VariableValues] | None:
        """The plan of an operation with its variables read; None where graphql-core must run."""
        entry = self._entry(document, name)
        if entry is None:
            return None
        if not entry.due:
            entry.due = True
            return None
        variables = get_variable_values(
            self.schema, entry.operation.variable_definitions or (), given, max_errors=1
        )
        if not isinstance(variables, VariableValues):
            return None
        choice = tuple(map(_if, map(variables.coerced.get, entry.deciding)))
        entry.asked += 1
        if entry.asked == self.familiar + 1:
            self._forget(entry)  # from now on with what PostgreSQL writes
        if choice in entry.plans:
            entry.plans.move_to_end(choice)
        else:
            self._keep(entry, choice, self._compiled(entry, variables))
        plan = entry.plans[choice]
        return (plan, variables) if plan else None

    def _entry(self, document: DocumentNode, name: str | None) -> _Entry | None:
        key = (id(document), name)
        if (entry := self._entries.get(key)) is not None:
            self._entries.move_to_end(key)
            return entry
        operation = _operation(document, name)
        if operation is None:
            return None
        due = document.token_count <= AT_ONCE
        entry = _Entry(document, operation, deciding_variables(document, operation), due)
        self._entries[key] = entry  # keeps the document, and so its id from being used again
        self._weigh(entry, document.token_count)
        return entry

    def _compiled(self, entry: _Entry, variables: VariableValues) -> Plan | None:
        try:
            selections = Selections(self.schema, entry.document, entry.operation, variables)
            room = Room() if entry.asked > self.familiar else None
            compiler = Compiler(self._types, selections, room)
            answer, source = compiler.compile()
            alone = len(selections.of_root()) == 1
            changes = entry.operation.operation is OperationType.MUTATION
            if changes and not alone:
                return None  # one after the other, and each to its end
            reads = {} if changes else compiler.reads
            return Plan(answer, alone, source, compiler.fields, selections, reads)
        except (NotCoveredError, GraphQLError):
            return None

    def _keep(self, entry: _Entry, choice: tuple[bool | None, ...], plan: Plan | None) -> None:
        entry.plans[choice] = plan
        self._weigh(entry, plan.weight if plan else 0)
        if len(entry.plans) > VARIANTS:
            _, oldest = entry.plans.popitem(last=False)
            self._weigh(entry, -oldest.weight if oldest else 0)

    def _forget(self, entry: _Entry) -> None:
        self._weigh(entry, -sum(plan.weight for plan in entry.plans.values() if plan))
        entry.plans.clear()

    def _weigh(self, entry: _Entry, more: int) -> None:
        entry.weight += more
        self.weight += more
        while self.weight > self._kept and len(self._entries) > 1:
            _, forgotten = self._entries.popitem(last=False)
            self.weight -= forgotten.weight


def _if(value: Any) -> bool | None:
    """What may decide; a fragment that this operation does not spread may name other variables."""
    return value if isinstance(value, bool) else None


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """The operation of this name, unless it subscribes; without a name, the only one there is."""
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        found = [node for node in found if node.name is not None and node.name.value == name]
    if len(found) != 1 or found[0].operation is OperationType.SUBSCRIPTION:
        return None
    return found[0]
