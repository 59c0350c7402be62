"""What customers may be filtered by."""

from typing import Any

from sqlalchemy import ColumnElement

from api.domain.customers.models import Customer
from api.domain.filters.declaring import Column, Fields, columns


def _in_lower_case(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column  # as addresses are stored


CUSTOMERS = Fields.of(
    "Customer",
    Customer,
    columns("id", "name"),
    Column("email", key=_in_lower_case),
    columns("external_ref", "created_at"),
)
