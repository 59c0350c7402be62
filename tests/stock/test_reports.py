"""Reports, against sums made here of the ledger's own lines."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from api.domain.actors import Role
from api.main import create_app
from tests.conftest import SignIn, an_admin, settings_for
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import a_category, an_item, unique

EUR, JPY = "EUR", "JPY"


async def report(face: Face, name: str, **asked: Any) -> Any:
    """A report by its address's word, whichever face is asked."""
    word = name.upper().replace("-", "_") if isinstance(face, GraphQLFace) else name
    return await face.call("get_report", report=word, **asked)


async def a_place(face: Face) -> str:
    made = await face.call("create_location", code=unique("W"), name="Warehouse", kind="WAREHOUSE")
    return str(made["id"])


async def receive(face: Face, item: dict[str, Any], place: str, quantity: int) -> None:
    sent = {"item_id": item["id"], "location_id": place, "quantity": quantity}
    await face.call("receive_stock", key=unique("key"), **sent)


async def a_shop(face: Face) -> tuple[list[str], list[dict[str, Any]]]:
    """Two places with chairs in euros, bells in yen, and screws that nobody has priced."""
    places = [await a_place(face), await a_place(face)]
    items = [
        await an_item(face, category_id=(await a_category(face))["id"]),
        await an_item(face, price={"amount": "0.0125", "currency": EUR}),
        await an_item(face, price={"amount": "980", "currency": JPY}),
        await an_item(face, price=None),
    ]
    for number, item in enumerate(items):
        for place, quantity in zip(places, (7 + number, 1000 + number), strict=True):
            await receive(face, item, place, quantity)
    sent = {"item_id": items[0]["id"], "location_id": places[0], "reason": "broken"}
    await face.call("adjust_stock", key=unique("key"), delta=-3, **sent)
    return places, items


async def ledger(face: Face, places: list[str]) -> list[dict[str, Any]]:
    """Every line of the ledger of these places."""
    page = await face.call("list_stock_movements", where={"location_id": {"in": places}}, first=200)
    assert not page["page_info"]["has_next_page"]
    return list(page["data"])


def worth(
    lines: list[dict[str, Any]],
    items: list[dict[str, Any]],
    group: Callable[[dict[str, Any], dict[str, Any]], Any],
) -> dict[tuple[Any, str | None], tuple[int, Decimal | None]]:
    """What the lines come to, by group and currency."""
    known = {item["id"]: item for item in items}
    quantities: Counter[tuple[Any, str | None]] = Counter()
    values: defaultdict[tuple[Any, str | None], Decimal] = defaultdict(Decimal)
    for line in lines:
        item = known[line["item_id"]]
        price = item["price"] or {"amount": "0", "currency": None}
        key = (group(line, item), price["currency"])
        quantities[key] += line["on_hand_delta"]
        values[key] += line["on_hand_delta"] * Decimal(price["amount"])
    return {key: (n, values[key] if key[1] else None) for key, n in quantities.items() if n}


def told(rows: list[dict[str, Any]]) -> dict[tuple[Any, str | None], tuple[int, Decimal | None]]:
    """What a valuation says, by group and currency."""
    found = {}
    for row in rows:
        value = row["value"] or {"amount": None, "currency": None}
        amount = None if value["amount"] is None else Decimal(value["amount"])
        found[row["id"], value["currency"]] = (row["quantity"], amount)
    assert len(found) == len(rows)
    return found


GROUPS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Any]] = {
    "LOCATION": lambda line, _: line["location_id"],
    "CATEGORY": lambda _, item: item["category_id"],
    "ITEM": lambda _, item: item["id"],
}


@pytest.mark.parametrize("group_by", GROUPS)
async def test_what_the_stock_is_worth_is_what_its_ledger_comes_to(
    face: Face, group_by: str
) -> None:
    places, items = await a_shop(face)

    made = await report(face, "stock-valuation", group_by=group_by, location_id=places)

    expected = worth(await ledger(face, places), items, GROUPS[group_by])
    assert told(made["stock_valuation"]) == expected
    assert made["low_stock"] == made["movements_by_day"] == []
    assert not made["has_more"]


async def test_the_stock_of_a_past_instant_is_valued_as_it_was(face: Face) -> None:
    places, items = await a_shop(face)
    then = (await ledger(face, places))[0]["recorded_at"]
    await receive(face, items[0], places[0], 50)

    made = await report(face, "stock-valuation", at=then, location_id=places)

    lines = await ledger(face, places)
    instant = datetime.fromisoformat(then)
    past = [line for line in lines if datetime.fromisoformat(line["recorded_at"]) <= instant]
    assert len(past) < len(lines)
    assert told(made["stock_valuation"]) == worth(past, items, GROUPS["LOCATION"])


@pytest.fixture(params=[RestFace, GraphQLFace])
async def own_face(request: pytest.FixtureRequest, own_database_url: str) -> AsyncIterator[Face]:
    """Either door of a shop in which nothing else is scarce."""
    app = create_app(settings_for(own_database_url))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        admin = await an_admin(app.state.resources.database)
        rest = RestFace(client, app.openapi(), admin)
        yield rest if request.param is RestFace else GraphQLFace(client, admin)
    await app.state.resources.close()


async def test_low_stock_is_the_scarcest_first_and_says_when_there_is_more(own_face: Face) -> None:
    places, items = await a_shop(own_face)

    made = await report(own_face, "low-stock", threshold=9, location_id=places[:1])
    few = await report(own_face, "low-stock", threshold=9, location_id=places[:1], limit=1)

    scarce = [(row["sku"], row["available"]) for row in made["low_stock"]]
    assert scarce == [(item["sku"], left) for item, left in zip(items[:3], (4, 8, 9), strict=True)]
    assert not made["has_more"]
    assert few["low_stock"] == made["low_stock"][:1]
    assert few["has_more"]


async def test_what_came_and_went_is_summed_by_the_days_of_the_time_zone(face: Face) -> None:
    places, _ = await a_shop(face)
    lines = await ledger(face, places)
    since, before = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)
    span = {"recorded_from": since.isoformat(), "recorded_before": before.isoformat()}

    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Niue"):
        made = await report(face, "movements-by-day", time_zone=zone, location_id=places, **span)

        days: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in lines:
            at = datetime.fromisoformat(line["recorded_at"]).astimezone(ZoneInfo(zone))
            days[at.date().isoformat()].append(line)
        assert made["movements_by_day"] == [
            {
                "day": day,
                "postings": len({line["posting_id"] for line in found}),
                "received": sum(max(line["on_hand_delta"], 0) for line in found),
                "removed": sum(max(-line["on_hand_delta"], 0) for line in found),
            }
            for day, found in sorted(days.items())
        ]


@pytest.mark.parametrize(
    ("name", "asked", "path"),
    [
        ("low-stock", {"group_by": "ITEM"}, "group_by"),
        ("low-stock", {"threshold": -1}, "threshold"),
        ("stock-valuation", {"threshold": 3}, "threshold"),
        ("stock-valuation", {"time_zone": "UTC"}, "time_zone"),
        ("movements-by-day", {"time_zone": "Mars/Olympus"}, "time_zone"),
        ("movements-by-day", {"time_zone": "../../etc/passwd"}, "time_zone"),
        ("movements-by-day", {"time_zone": "posix/Europe/Berlin"}, "time_zone"),
        ("movements-by-day", {"time_zone": "right/Europe/Berlin"}, "time_zone"),
        ("movements-by-day", {"time_zone": "localtime"}, "time_zone"),
        ("movements-by-day", {"at": "2026-11-01T00:00:00Z"}, "at"),
        ("movements-by-day", {"recorded_from": "2020-01-01T00:00:00Z"}, "recorded_from"),
        ("movements-by-day", {"recorded_from": "2190-01-01T00:00:00Z"}, "recorded_from"),
        ("low-stock", {"limit": 0}, "limit"),
        ("low-stock", {"limit": 201}, "limit"),
    ],
)
async def test_what_a_report_is_not_asked_is_refused_and_named(
    face: Face, name: str, asked: dict[str, Any], path: str
) -> None:
    with pytest.raises(Refused) as refused:
        await report(face, name, **asked)

    assert refused.value.code in ("VALIDATION_FAILED", "COST_LIMIT_EXCEEDED", "BAD_REQUEST")
    if refused.value.code == "VALIDATION_FAILED":
        [fault] = refused.value.details["errors"]
        said = "".join(f"_{c.lower()}" if c.isupper() else c for c in fault["path"][-1])
        assert said == path


async def test_a_report_that_is_not_made_is_refused_and_so_is_a_customer(
    client: httpx2.AsyncClient, face: Face, admin: str, sign_in: SignIn
) -> None:
    answer = await client.get("/v1/reports/profit", headers={"Authorization": admin})
    customer = face.signed_in(await sign_in(Role.CUSTOMER))

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_FAILED")
    assert answer.json()["errors"][0]["path"] == ["report"]
    with pytest.raises(Refused) as refused:
        await report(customer, "low-stock")
    assert refused.value.code == "FORBIDDEN"


async def test_a_low_item_leads_to_its_own_page(
    client: httpx2.AsyncClient, face: Face, admin: str
) -> None:
    item = await an_item(face)
    place = await a_place(face)
    asked = {"threshold": "0", "location_id": place, "expand": "low_stock.item", "limit": "200"}
    headers = {"Authorization": admin}

    answer = await client.get("/v1/reports/low-stock", params=asked, headers=headers)

    rows = answer.json()["low_stock"]
    assert all(row["item"]["sku"] == row["sku"] for row in rows)
    assert item["sku"] in {row["sku"] for row in rows} or answer.json()["has_more"]
