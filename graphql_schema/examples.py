"""How GraphQL says a refusal, to be shown to people; and what may be wrong with a document."""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import GraphQLError
from pydantic_core import to_jsonable_python
from strawberry.utils.str_converters import to_camel_case

from api.domain.refusals import StockroomError
from graphql_schema.errors import TOP, top_level, user_error


class Documented(NamedTuple):
    """What a code of GraphQL's own means, and what to do about it."""

    meaning: str
    advice: str


_LESS = "Ask for less in one document, or in several requests; the error names the maximum."
DOCUMENT_CODES: Mapping[str, Documented] = {
    "GRAPHQL_PARSE_FAILED": Documented(
        "The text is not a GraphQL document.", "Mend the syntax at the place that is named."
    ),
    "GRAPHQL_VALIDATION_FAILED": Documented(
        "The document asks for what the schema does not have.",
        "Compare it with the schema, in the explorer or in `/schema.graphql`.",
    ),
    "OPERATION_NOT_FOUND": Documented(
        "The document does not hold the operation that is to run, or holds several.",
        "Send its name in `operationName`.",
    ),
    "DOCUMENT_NOT_TRUSTED": Documented(
        "The server runs only documents that it was given beforehand.",
        "Have the document pushed with `stockroom docs push`, then send its hash.",
    ),
    "PERSISTED_QUERY_NOT_FOUND": Documented(
        "No document is known by this hash.",
        "Send the text, or have it stored with `stockroom docs push`.",
    ),
    "PERSISTED_QUERY_NOT_SUPPORTED": Documented(
        "Documents are not named by their hashes here.", "Send the text of the document."
    ),
    "QUERY_TOO_LONG": Documented("The document has too many characters.", _LESS),
    "QUERY_TOO_DEEP": Documented("The document selects things within things too often.", _LESS),
    "TOO_MANY_ALIASES": Documented("The document renames too many fields.", _LESS),
    "TOO_MANY_DEFINITIONS": Documented("The document has too many fragments.", _LESS),
    "TOO_MANY_DIRECTIVES": Documented("One place has too many directives.", _LESS),
    "TOO_MANY_MUTATIONS": Documented("The document changes too much at once.", _LESS),
    "TOO_MANY_REPEATED_FIELDS": Documented("The document repeats the same fields.", _LESS),
    "TOO_MANY_VALUES": Documented(
        "The variables hold more than 10,000 values.", "Send them in several requests."
    ),
    "TOO_MANY_TOKENS": Documented("The document has too many words.", _LESS),
}
"""Codes that the domain does not know: a document is refused before it reaches it."""


def answer(error: StockroomError, trace_id: str) -> dict[str, Any]:
    """The answer that says so: in a mutation's own errors, or above all of them."""
    if error.kind in TOP:
        found = top_level(GraphQLError(error.message, original_error=error), trace_id)
        return of_request(error.code, found.message, trace_id, found.extensions or {})
    typed = user_error(error)
    fields = {"__typename": type(error).__name__} | _shown(typed)
    return {"data": {"updateItem": {"result": None, "errors": [fields]}}}


def of_request(
    code: str, message: str, trace_id: str, extensions: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The answer to a request that was refused as a whole."""
    more = {"code": code, **(extensions or {}), "trace_id": trace_id}
    return {"errors": [{"message": message, "extensions": more}]}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(entry) for entry in value]
    if dataclasses.is_dataclass(value):
        return {
            to_camel_case(f.name): _shown(getattr(value, f.name)) for f in dataclasses.fields(value)
        }
    return to_jsonable_python(value)
