"""A report that was kept is made anew after an import."""

from dataclasses import replace

import pytest

from api.domain.locations.reads import Location
from api.domain.scope import Scope
from api.domain.stock import service as stock
from api.domain.stock.reports.asked import ReportFilter, ReportName
from api.shelves import OwnShelf
from tests.factories import unique
from tests.importing.conftest import Bring


@pytest.mark.parametrize(("dry_run", "counted"), [(True, 0), (False, 7)])
async def test_what_was_imported_is_in_the_next_report(
    scope: Scope, bring: Bring, warehouse: Location, dry_run: bool, counted: int
) -> None:
    scope.surroundings = replace(scope.surroundings, shelf=OwnShelf(30))
    asked = ReportFilter(location_id=[warehouse.id])
    sku = unique("OAK")
    await bring("items", f"sku,name\n{sku},Oak\n")

    async def worth() -> int:
        made = await scope.run(stock.get_report, ReportName.STOCK_VALUATION, asked)
        return sum(row.quantity for row in made.stock_valuation)

    before = await worth()
    file = f"sku,location,quantity\n{sku},{warehouse.code},7\n"
    await bring("stock", file, dry_run=dry_run)

    assert (before, await worth()) == (0, counted)
