"""Rows become things in the shop: all of them or none, and each once."""

import asyncio

import pytest
from sqlalchemy import text

from api.domain.locations.reads import Location
from api.domain.scope import Scope
from api.domain.statements import Statement
from tests.faces import Face, Refused, RestFace
from tests.factories import unique
from tests.importing.conftest import Bring, counts, faults

HEADER = "sku,name,price\n"


async def received(rest: RestFace, sku: str) -> int:
    """How much there is of an item, in all."""
    item = await rest.call("get_item", item_id=f"sku:{sku}")
    page = await rest.call("list_stock_levels", item_id=item["id"])
    return sum(level["on_hand"] for level in page["data"])


async def test_a_price_list_becomes_items_that_both_doors_show(bring: Bring, face: Face) -> None:
    chair, shelf = unique("CHAIR"), unique("shelf").lower()
    await bring("categories", f"slug,name\n{shelf},Seating\n")
    columns = "sku,name,category,price,currency,allow_backorder,backorder_limit,attributes.wood"

    tally = await bring("items", f"{columns}\n{chair},Chair,{shelf},49.5,EUR,yes,7,oak\n")

    item = await face.call("get_item", item_id=f"sku:{chair}")
    category = await face.call("get_category", category_id=f"slug:{shelf}")
    assert counts(tally) == (1, 0, 0)
    assert item["price"] == {"amount": "49.50", "currency": "EUR"}
    assert item["category_id"] == category["id"]
    assert (item["allow_backorder"], item["backorder_limit"]) == (True, 7)
    assert item["attributes"] == {"wood": "oak"}


async def test_b98_the_same_file_a_second_time_changes_nothing(
    bring: Bring, rest: RestFace
) -> None:
    chair, desk, shelf = unique("CHAIR"), unique("DESK"), unique("shelf").lower()
    top, house, buyer = unique("top").lower(), unique("HOUSE"), unique("buyer")
    files = {
        "categories": f"slug,name,parent\n{top},All,\n{shelf},Seating,{top}\n",
        "items": f"sku,name,category,price,currency,attributes.legs\n"
        f"{chair},  Chair ,{shelf},9,EUR,4\n{desk},Desk,,1.2345,EUR,\n",
        "locations": f"code,name,kind,parent,sellable\n{house},House,warehouse,,\n"
        f"{house}-1,Room,zone,{house},no\n",
        "customers": f"external_ref,name,email\n{buyer},Ada,ADA@Example.com\n{buyer}-2,Bob,\n",
    }

    first = {kind: counts(await bring(kind, content)) for kind, content in files.items()}
    again = {kind: counts(await bring(kind, content)) for kind, content in files.items()}

    assert first == dict.fromkeys(files, (2, 0, 0))
    assert again == dict.fromkeys(files, (0, 0, 2))
    assert (await rest.call("get_item", item_id=f"sku:{chair}"))["version"] == 1


async def test_only_what_a_new_file_says_otherwise_is_changed(bring: Bring, rest: RestFace) -> None:
    chair, desk = unique("CHAIR"), unique("DESK")
    header = "sku,name,description,attributes.wood,attributes.legs\n"
    await bring("items", f"{header}{chair},Chair,Old,oak,4\n{desk},Desk,,oak,4\n")

    tally = await bring(
        "items", f"sku,description,attributes.wood\n{chair.lower()},,ash\n{desk},,oak\n"
    )

    item = await rest.call("get_item", item_id=f"sku:{chair}")
    assert counts(tally) == (0, 1, 1)
    assert item["sku"] == chair
    assert (item["name"], item["description"]) == ("Chair", "Old")
    assert item["attributes"] == {"wood": "ash", "legs": 4}


async def test_b98_one_wrong_row_keeps_the_whole_file_out(bring: Bring, rest: RestFace) -> None:
    chair, desk = unique("CHAIR"), unique("DESK")

    wrong = await faults(
        bring("items", f"{HEADER}{chair},Chair,1\n{desk},Desk,1.23456\n", currency="EUR")
    )

    assert [(fault.line, fault.column) for fault in wrong] == [(3, "price")]
    with pytest.raises(Refused, match="NOT_FOUND"):
        await rest.call("get_item", item_id=f"sku:{chair}")


async def test_each_wrong_row_is_named_with_its_line_in_the_file(bring: Bring) -> None:
    chair = unique("CHAIR")
    rows = [
        f'{chair},"A chair\nof two lines",10,no',
        f"{chair}-2,Desk,10.5,no",
        "",
        f"{chair}-3,Desk,10,maybe",
        ",Nameless,10,no",
        f"{chair.lower()},Chair again,10,no",
        f"{chair}-4,,10,no",
        f"{chair}-5,Too few",
    ]
    header = "sku,description,backorder_limit,track_stock,name\n"
    lines = [f"{row},Thing" if row and "Too few" not in row else row for row in rows]

    wrong = await faults(bring("items", header + "\n".join(lines) + "\n"))

    told = sorted((fault.line, fault.column, fault.message) for fault in wrong)
    assert told == [
        (4, "backorder_limit", "Expected a whole number, like 12."),
        (6, "track_stock", "Expected true or false."),
        (7, "sku", "The key may not be empty."),
        (8, "sku", f"{chair.lower()} is on line 2 already."),
        (10, "", "The row has 2 cells, the header 5."),
    ]


async def test_b98_a_bad_row_among_hundreds_is_found(bring: Bring, rest: RestFace) -> None:
    chair = unique("CHAIR")
    rows = [f"{chair}-{n},Chair {n},no-such-shelf" for n in range(450)]
    good = [row.replace("no-such-shelf", "") if n != 301 else row for n, row in enumerate(rows)]
    content = "sku,name,category\n" + "\n".join(good)

    wrong = await faults(bring("items", content))
    tally = await bring("items", content, skip_errors=True)

    assert [(it.line, it.message) for it in wrong] == [
        (303, "There is no category slug:no-such-shelf.")
    ]
    assert counts(tally) == (449, 0, 0)
    assert tally.failed == 1
    page = await rest.call("list_items", q=chair, count=True)
    assert page["total_count"] == 449


async def test_a_row_that_is_left_out_is_not_announced(bring: Bring, scope: Scope) -> None:
    chair, barcode = unique("CHAIR"), unique("4006")
    rows = f"{chair},Chair,{barcode}\n{chair}-2,Same barcode,{barcode}\n{chair}-3,Stool,\n"

    tally = await bring("items", f"sku,name,barcode\n{rows}", skip_errors=True)

    told = "SELECT payload->>'sku' FROM events WHERE payload->>'sku' LIKE :sku ORDER BY seq"
    announced = await scope.read(Statement(text(told)), {"sku": f"{chair}%"})
    assert [row[0] for row in announced] == [chair, f"{chair}-3"]
    assert [(it.line, it.column, it.message) for it in tally.faults] == [
        (3, "barcode", "Another item has this barcode.")
    ]


async def test_a_dry_run_tells_what_would_happen_and_keeps_nothing(bring: Bring) -> None:
    content = f"{HEADER}{unique('CHAIR')},Chair,1\n"

    tried = await bring("items", content, currency="EUR", dry_run=True)
    done = await bring("items", content, currency="EUR")

    assert counts(tried) == counts(done) == (1, 0, 0)


async def test_a_delivery_is_received_once_however_often_its_file_is_imported(
    bring: Bring, rest: RestFace, warehouse: Location
) -> None:
    chair = unique("CHAIR")
    await bring("items", f"sku,name\n{chair},Chair\n")
    header = "sku,location,quantity,unit_cost\n"
    content = f"{header}{chair},{warehouse.code},5,3.20\n{chair},{warehouse.code},2,3.10\n"

    first = await bring("stock", content, currency="EUR")
    again = await bring("stock", content, currency="EUR")
    assert await received(rest, chair) == 7
    another = await bring("stock", f"{header}{chair},{warehouse.code},5,3.20\n", currency="EUR")

    assert (counts(first), counts(again)) == ((2, 0, 0), (0, 0, 2))
    assert counts(another) == (1, 0, 0)
    assert await received(rest, chair) == 12


async def test_a_line_that_was_skipped_can_be_received_when_its_item_is_there(
    bring: Bring, rest: RestFace, warehouse: Location
) -> None:
    chair, late = unique("CHAIR"), unique("LATE")
    await bring("items", f"sku,name\n{chair},Chair\n")
    content = f"sku,location,quantity\n{late},{warehouse.code},5\n{chair},{warehouse.code},2\n"

    first = await bring("stock", content, skip_errors=True)
    await bring("items", f"sku,name\n{late},Chair\n")
    again = await bring("stock", content)

    assert (counts(first), first.failed) == ((1, 0, 0), 1)
    assert counts(again) == (1, 0, 1)
    assert await received(rest, chair) == 2
    assert await received(rest, late) == 5


async def test_two_who_import_the_same_delivery_at_once_receive_it_once(
    bring: Bring, rest: RestFace, warehouse: Location
) -> None:
    chair = unique("CHAIR")
    await bring("items", f"sku,name\n{chair},Chair\n")
    content = f"sku,location,quantity\n{chair},{warehouse.code},5\n"

    both = await asyncio.gather(bring("stock", content), bring("stock", content))

    assert sorted(counts(tally) for tally in both) == [(0, 0, 1), (1, 0, 0)]
    assert await received(rest, chair) == 5


async def test_what_cannot_be_changed_is_said_to_be_so(bring: Bring) -> None:
    chair = unique("CHAIR")
    await bring("items", f"sku,name,tracking\n{chair},Chair,none\n")

    wrong = await faults(bring("items", f"sku,name,tracking\n{chair},Chair,LOT\n"))

    assert [it.message for it in wrong] == [
        "The tracking of what is there already cannot be changed."
    ]


async def test_b99_a_name_that_looks_like_a_formula_is_kept_as_it_is(
    bring: Bring, rest: RestFace
) -> None:
    chair = unique("CHAIR")
    await bring("items", f'sku,name\n{chair},"=HYPERLINK(""x"")"\n')

    item = await rest.call("get_item", item_id=f"sku:{chair}")
    assert item["name"] == '=HYPERLINK("x")'
