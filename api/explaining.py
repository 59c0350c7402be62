"""Every error code that there is, explained as both faces render it: for the pages at /problems."""

from collections.abc import Iterator, Mapping
from functools import cache

from api.pages.explanations import Explained, slug_of

_TRACE_ID = "4f1c2a9b7d3e6058"


@cache
def explained() -> Mapping[str, Explained]:
    """By the last word of the page's address."""
    return {slug_of(it.code): it for it in (*_refused(), *_before(), *_of_documents())}


def _refused() -> Iterator[Explained]:
    """What the domain refuses."""
    from api.domain.refusals import every_refusal
    from graphql_schema import examples
    from rest.documents.answers import rendered
    from rest.documents.examples import refusal

    for error in every_refusal():
        raised = refusal(error)
        problem = rendered(raised)
        yield Explained(
            error.code,
            error.title,
            raised.message,
            error.advice,
            problem["status"],
            problem,
            examples.answer(raised, _TRACE_ID),
        )


def _before() -> Iterator[Explained]:
    """What never reaches the domain, or breaks."""
    from graphql_schema.examples import of_request
    from rest.documents.answers import samples
    from rest.problems import TRANSPORT

    for status, it in TRANSPORT.items():
        problem = samples()[it.code]["value"]
        graphql = of_request(it.code, it.meaning, _TRACE_ID)
        yield Explained(it.code, problem["title"], it.meaning, it.advice, status, problem, graphql)


def _of_documents() -> Iterator[Explained]:
    """What only a GraphQL document can get wrong."""
    from graphql_schema.examples import DOCUMENT_CODES, of_request

    for code, it in DOCUMENT_CODES.items():
        title = code.replace("_", " ").capitalize().replace("Graphql", "GraphQL")
        graphql = of_request(code, it.meaning, _TRACE_ID)
        yield Explained(code, title, it.meaning, it.advice, graphql=graphql)
