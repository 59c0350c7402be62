"""The numbers a document is held to, and the refusal that names the one it broke."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import GraphQLError, Node

from api.domain.links import LIST_ITEMS, MAX_COST


@dataclass(frozen=True)
class Limits:
    """How much one document may ask for; every count is taken after fragments are expanded."""

    characters: int = 50_000
    characters_a_point: int = 10  # of a text that is new; reading it is what costs most
    heavy_reading: int = 200  # points; what takes more to read, or to answer, takes turns
    heavy_cost: int = 2_000
    tokens: int = 2_000
    definitions: int = 100
    unknown_fields: int = 20
    depth: int = 12
    introspection_depth: int = 16  # the usual introspection query unwraps nine levels of ofType
    aliases: int = 30
    directives: int = 10  # on one field, fragment, variable or operation
    mutations: int = 10
    comparisons: int = 3_000  # what validation pays for fields that are selected again and again
    cost: int = MAX_COST
    page: int = 50  # rows a page is taken to hold when the document does not say
    list_items: int = LIST_ITEMS  # rows a list without pages is taken to hold
    schema_cost: int = 1_000
    type_cost: int = 100
    cached_documents: int = 1_000
    cached_tokens: int = 100_000
    introspection: bool = True
    suggestions: bool = False  # of the right name, where a wrong one was sent


class Refused(Exception):
    """The document will not be executed; the errors say why."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = list(errors)


def refuse(code: str, message: str, node: Node | None = None, **details: int) -> Refused:
    return Refused([GraphQLError(message, node, extensions={"code": code, **details})])


def over_limit(
    code: str, what: str, requested: int, maximum: int, node: Node | None = None
) -> Refused:
    message = f"This document has {what} {requested}; the maximum is {maximum}."
    return refuse(code, message, node, requested=requested, maximum=maximum)
