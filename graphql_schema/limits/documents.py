"""Documents that were parsed, measured and validated once, kept by their text."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_schema.limits.cost import Cost, default_of
from graphql_schema.limits.deprecated import Deprecated, Notices
from graphql_schema.limits.rules import Limits, Refused, over_limit, refuse
from graphql_schema.limits.shape import Shape
from graphql_schema.limits.survey import Survey

REPORTED_ERRORS = 20
"""A reader mends the first few; a thousand are only work for the server."""


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """One operation of a document, with its cost waiting for variables."""

    node: OperationDefinitionNode
    cost: Cost
    work: Cost
    defaults: Mapping[str, object]

    def requested(self, variables: Mapping[str, object] | None) -> int:
        return self.cost.total({**self.defaults, **(variables or {})}) + self.commands(variables)

    def commands(self, variables: Mapping[str, object] | None) -> int:
        """What its commands take beside what they answer."""
        return self.work.total({**self.defaults, **(variables or {})})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document fit for execution; `notices` are of the operations that use what will be gone."""

    document: DocumentNode
    operations: Mapping[str | None, PreparedOperation]
    notices: Mapping[str | None, Notices]

    def operation(self, name: str | None) -> PreparedOperation:
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise refuse(
                "OPERATION_NOT_FOUND", "Name the operation to run: the document holds several."
            )
        if (found := self.operations.get(name)) is None:
            raise refuse("OPERATION_NOT_FOUND", f"Unknown operation named {name[:100]!r}.")
        return found


class Documents:
    """Text in, document out. Only sound documents are kept, so no refusal can push one out."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.schema, self.limits = schema, limits
        self.rules: tuple[type[ASTValidationRule], ...] = (
            *specified_rules,
            MaybeNullValidationRule,
            OneOfInputValidationRule,
            *(() if limits.introspection else (NoSchemaIntrospectionCustomRule,)),
        )
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._kept_tokens = 0

    @cached_property
    def _deprecated(self) -> Deprecated:
        return Deprecated(self.schema)

    def reading_cost(self, text: str) -> int:
        """What it costs to read this text: nothing, once it was found sound."""
        return 0 if text in self._kept else 1 + len(text) // self.limits.characters_a_point

    def prepare(self, text: str) -> Prepared:
        """The document of this text; Refused when it breaks a limit or the schema's rules."""
        if (known := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return known
        prepared = self._read(text)
        self._keep(text, prepared)
        return prepared

    def _read(self, text: str) -> Prepared:
        if len(text) > (maximum := self.limits.characters):
            raise over_limit("QUERY_TOO_LONG", "characters:", len(text), maximum)
        document = self._parse(text)
        survey = Survey(self.schema, self.limits, document)
        operations = {
            node.name.value if node.name else None: _prepared(node, survey.operation(node))
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        errors = validate(
            self.schema,
            document,
            self.rules,
            max_errors=REPORTED_ERRORS,
            hide_suggestions=not self.limits.suggestions,
        )
        if errors:
            raise _coded("GRAPHQL_VALIDATION_FAILED", errors)
        if not operations:
            raise refuse("OPERATION_NOT_FOUND", "The document holds no operation.")
        return Prepared(document, operations, self._deprecated.used_by(text, document))

    def _parse(self, text: str) -> DocumentNode:
        tokens = self.limits.tokens
        try:
            return parse(text, max_lexical_tokens=tokens, max_comments=tokens)
        except GraphQLError as error:
            if "Parsing aborted" not in error.message:
                raise _coded("GRAPHQL_PARSE_FAILED", [error]) from None
            if "nested too deeply" in error.message:
                message = "This document is nested too deeply."
                raise refuse("QUERY_TOO_DEEP", message, maximum=self.limits.depth) from None
            message = f"This document has more than {tokens} tokens or comments."
            raise refuse("TOO_MANY_TOKENS", message, maximum=tokens) from None

    def _keep(self, text: str, prepared: Prepared) -> None:
        """Syntax trees are large: what bounds the memory is the tokens they were made of."""
        self._kept[text] = prepared
        self._kept_tokens += prepared.document.token_count
        while (
            len(self._kept) > self.limits.cached_documents
            or self._kept_tokens > self.limits.cached_tokens
        ):
            _, oldest = self._kept.popitem(last=False)
            self._kept_tokens -= oldest.document.token_count


def _coded(code: str, errors: Sequence[GraphQLError]) -> Refused:
    for error in errors:
        error.extensions = {"code": code, **(error.extensions or {})}
    return Refused(errors)


def _prepared(node: OperationDefinitionNode, shape: Shape) -> PreparedOperation:
    defaults = {
        definition.variable.name.value: default_of(definition.default_value)
        for definition in node.variable_definitions or ()
        if definition.default_value is not None
    }
    return PreparedOperation(node, shape.cost, shape.work, defaults)
