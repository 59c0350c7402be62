"""Bulk commands over GraphQL: what became of each row."""

from typing import Any, Generic, TypeVar

import strawberry

from api.domain import bulk
from graphql_schema.errors import UserError, user_error
from graphql_schema.limits.cost import Holds

T = TypeVar("T")


def _errors(root: bulk.BulkRow[Any]):  # type: ignore[no-untyped-def]  # would hide the field's
    if root.refusal is None:
        return []
    error = user_error(root.refusal)
    error.path = error.path or ["input", *root.path]
    return [error]


@strawberry.type(description="What became of one row: a result, or errors.")
class BulkRow(Generic[T]):
    index: int
    result: T | None
    errors: list[UserError] = strawberry.field(
        resolver=_errors, metadata={"holds": Holds.AT_MOST_ONE}
    )


@strawberry.type(description="What became of all rows, in the order in which they were sent.")
class Bulk(Generic[T]):
    results: list[BulkRow[T]] = strawberry.field(metadata={"holds": Holds.EACH_SENT})
    succeeded: int
    failed: int
