"""`report`: one of a few, with its own arguments."""

from typing import Any

import strawberry
from strawberry.types import Info

from api.domain.stock import service as stock
from api.domain.stock.reports.asked import ReportFilter, ReportName
from graphql_schema.commands import validated
from graphql_schema.describing import described
from graphql_schema.inputs import enum_of, graphql_annotation
from graphql_schema.stock.types import Report


def report() -> Any:
    """The root field."""

    async def resolver(  # the arguments of a report
        info: Info,
        report: Any,
        location_id: Any = None,
        limit: Any = None,
        group_by: Any = None,
        at: Any = None,
        threshold: Any = None,
        recorded_from: Any = None,
        recorded_before: Any = None,
        time_zone: Any = None,
    ) -> Any:
        sent = {
            name: value for name, value in locals().items() if name in ReportFilter.model_fields
        }
        given = {name: value for name, value in sent.items() if value is not None}
        chosen = validated(ReportFilter, given, [])
        return await info.context.run(stock.get_report, report, chosen)

    resolver.__annotations__ |= {
        "report": enum_of(ReportName),
        "return": Report | None,
        **{
            name: graphql_annotation(field.annotation) | None
            for name, field in ReportFilter.model_fields.items()
        },
    }
    return strawberry.field(resolver=resolver, description=described(stock.get_report))
