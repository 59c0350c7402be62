"""Bulk commands over REST: what became of each row."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from api.domain.bulk import Bulk
from rest.shapes import Shape

T = TypeVar("T")


class RowErrorOut(BaseModel):
    """Why a row was refused; what the code carries beside its message stands here as well."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str
    path: list[str] | None


class BulkRowOut(BaseModel, Generic[T]):
    """What became of one row: a result, or errors."""

    index: int
    result: T | None
    errors: list[RowErrorOut]


class BulkOut(BaseModel, Generic[T]):
    """What became of all rows, in the order in which they were sent."""

    results: list[BulkRowOut[T]]
    succeeded: int
    failed: int


def outcome(bulk: Bulk[Any], shape: Shape) -> dict[str, Any]:
    """A bulk as it is sent."""
    written = iter(shape.write([row.result for row in bulk.results if row.refusal is None]))
    results = [
        {
            "index": row.index,
            "result": None if row.refusal else next(written),
            "errors": [row.refusal.told | {"path": row.path}] if row.refusal else [],
        }
        for row in bulk.results
    ]
    return {"results": results, "succeeded": bulk.succeeded, "failed": bulk.failed}
