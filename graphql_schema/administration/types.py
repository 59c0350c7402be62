"""What administrators are told."""

from api.domain import auditing, books
from graphql_schema.outputs import output


@output
class Difference(auditing.Difference):
    pass


@output
class Audit(books.Audit):
    differences: list[Difference]  # type: ignore[assignment]
