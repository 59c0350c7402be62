"""A large file is brought in by few statements, and each of its rows is still judged by itself."""

from pathlib import Path

import pytest

from api.database import Database
from api.domain.actors import Role
from api.domain.errors import Forbidden
from api.domain.locations.reads import Location
from api.importing import KINDS, Choices, Kind, import_file
from tests.conftest import MakeScope
from tests.faces import Refused, RestFace
from tests.factories import an_item, unique
from tests.importing.conftest import Bring, counts, faults
from tests.orders.shop import Shop

ROWS = 10_000
PER_CHUNK, OTHERWISE = 15, 10
"""The most statements for a thousand rows, and for all else."""


@pytest.fixture
async def shop(database: Database) -> Shop:
    """Somebody who looks behind the counter."""
    return await Shop.open(database)


async def test_ten_thousand_items_take_a_few_statements_a_thousand(
    bring: Bring, shop: Shop, statements: list[str]
) -> None:
    chair, shelf = unique("CHAIR"), unique("shelf").lower()
    await bring("categories", f"slug,name\n{shelf},Chairs\n")
    rows = "".join(f"{chair}-{n},Chair {n},{shelf},{n}.50,EUR,oak\n" for n in range(ROWS))
    content = f"sku,name,category,price,currency,attributes.wood\n{rows}"

    statements.clear()
    first = await bring("items", content)
    sent = len(statements)
    again = await bring("items", content)

    assert (counts(first), counts(again)) == ((ROWS, 0, 0), (0, 0, ROWS))
    assert sent <= ROWS // 1000 * PER_CHUNK + OTHERWISE
    told = "SELECT payload->>'sku' FROM events WHERE payload->>'sku' LIKE :sku ORDER BY seq"
    announced = [row[0] for row in await shop.sql(told, sku=f"{chair}-%")]
    assert announced == [f"{chair}-{n}" for n in range(ROWS)]


async def test_b98_a_row_that_the_books_refuse_is_found_among_thousands(
    bring: Bring, rest: RestFace
) -> None:
    chair, barcode = unique("CHAIR"), unique("4006")
    await an_item(rest, barcode=barcode)
    rows = [f"{chair}-{n},Chair {n},\n" for n in range(1, 5001)]
    rows[4998] = f"{chair}-4999,Chair,{barcode}\n"
    content = "sku,name,barcode\n" + "".join(rows)

    wrong = await faults(bring("items", content))
    with pytest.raises(Refused, match="NOT_FOUND"):
        await rest.call("get_item", item_id=f"sku:{chair}-1")
    kept = await bring("items", content, skip_errors=True)

    assert [(it.line, it.column, it.message) for it in wrong] == [
        (5000, "barcode", "Another item has this barcode.")
    ]
    assert (counts(kept), kept.failed) == ((4999, 0, 0), 1)


async def test_wrong_rows_of_every_kind_are_told_in_the_order_of_the_file(
    bring: Bring, rest: RestFace, warehouse: Location
) -> None:
    chair, stocked, barcode = unique("CHAIR"), unique("DESK"), unique("4006")
    await an_item(rest, sku=stocked, barcode=barcode)
    await bring("stock", f"sku,location,quantity\n{stocked},{warehouse.code},5\n")
    rows = [
        f"{chair}-1,Chair,,,yes",
        f"{chair}-2,Chair,,no-such-shelf,yes",
        f"{chair}-3,,,,yes",
        f"{stocked},Desk,,,no",
        f"{chair}-5,Chair,{barcode},,yes",
        f"{chair}-6,Chair,,,perhaps",
        f"{chair}-1,Chair,,,yes",
        f"{chair}\0,Chair,,,yes",
        f"{chair}-9,Chair,,shelf\0,yes",
        f"{chair}-10,Chair,,,yes",
    ]

    wrong = await faults(
        bring("items", "sku,name,barcode,category,track_stock\n" + "\n".join(rows) + "\n")
    )

    unprintable = "Text may not hold control characters or half a surrogate pair."
    assert [(it.line, it.column, it.message) for it in wrong] == [
        (3, "", "There is no category slug:no-such-shelf."),
        (4, "name", "Field required"),
        (
            5,
            "",
            "There is stock of this item, or an open order of it: end the orders and take the"
            " stock out first.",
        ),
        (6, "barcode", "Another item has this barcode."),
        (7, "track_stock", "Expected true or false."),
        (8, "sku", f"{chair}-1 is on line 2 already."),
        (9, "sku", unprintable),
        (10, "category", unprintable),
    ]


async def test_each_changed_item_is_a_version_on_and_is_announced_once(
    bring: Bring, rest: RestFace, shop: Shop
) -> None:
    chair = unique("CHAIR")
    header = "sku,name,price,currency,description\n"
    old = "".join(f"{chair}-{n},Chair,5,EUR,Old\n" for n in range(6))
    await bring("items", header + old)

    tally = await bring(
        "items",
        f"{header}{chair}-0,Chair,5.00,EUR,Old\n{chair}-1,Chair,6,EUR,\n{chair}-2,Stool,,,\n"
        f"{chair}-3,,,,New\n{chair}-4,Chair,7,EUR,New\n",
    )

    page = await rest.call("list_items", q=chair)
    assert counts(tally) == (0, 4, 1)
    assert [
        (it["name"], it["price"]["amount"], it["description"], it["version"]) for it in page["data"]
    ] == [
        ("Chair", "5.00", "Old", 1),
        ("Chair", "6.00", "Old", 2),
        ("Stool", "5.00", "Old", 2),
        ("Chair", "5.00", "New", 2),
        ("Chair", "7.00", "New", 2),
        ("Chair", "5.00", "Old", 1),
    ]
    ids = [it["id"] for it in page["data"]]
    told = await shop.sql(
        "SELECT subject, payload->>'version' FROM events"
        " WHERE type = 'item.updated' AND subject = ANY (:ids) ORDER BY seq",
        ids=ids,
    )
    assert [tuple(row) for row in told] == [(id, "2") for id in ids[1:5]]


async def test_the_database_says_which_letters_of_a_key_are_the_same(
    bring: Bring, rest: RestFace
) -> None:
    number = unique("9")
    sku, lower = f"\u03a7\u0391\u039f\u03a3-{number}A", f"\u03c7\u03b1\u03bf\u03c3-{number}a"
    assert sku.lower() != lower, "Python writes the last sigma of a word in another way"
    await bring("items", f"sku,name\n{sku},Void\n")

    again = await bring("items", f"sku,name\n{lower},Void\n")
    wrong = await faults(bring("items", f"sku,name\n{sku},Void\n{lower},Void\n"))

    assert counts(again) == (0, 0, 1)
    assert [(it.line, it.message) for it in wrong] == [(3, f"{lower} is on line 2 already.")]


async def test_a_delivery_may_bring_the_same_item_on_many_lines(
    bring: Bring, rest: RestFace, warehouse: Location
) -> None:
    chair, desk = unique("CHAIR"), unique("DESK")
    await bring("items", f"sku,name\n{chair},Chair\n{desk},Desk\n")
    lines = [(chair, 5, "3.20"), (desk, 1, "9"), (chair.lower(), 2, "3.10"), (chair, 4, "3.00")]
    rows = "".join(f"{sku},{warehouse.code},{n},{cost}\n" for sku, n, cost in lines)

    tally = await bring("stock", f"sku,location,quantity,unit_cost\n{rows}", currency="EUR")

    item = await rest.call("get_item", item_id=f"sku:{chair}")
    page = await rest.call("list_stock_movements", item_id=item["id"], sort="recorded_at")
    assert counts(tally) == (4, 0, 0)
    assert [
        (it["available_delta"], it["available_after"], it["unit_cost"]["amount"])
        for it in page["data"]
    ] == [(5, 5, "3.20"), (2, 7, "3.10"), (4, 11, "3.00")]
    assert len({it["posting_id"] for it in page["data"]}) == 3


@pytest.mark.parametrize("kind", list(Kind))
async def test_whoever_may_not_change_things_one_by_one_may_not_import_them(
    kind: Kind, scope_of: MakeScope, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(",".join(KINDS[kind].required) + "\n")

    with pytest.raises(Forbidden):
        await import_file(scope_of(Role.VIEWER), KINDS[kind], path, Choices())
