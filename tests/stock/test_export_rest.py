"""The ledger as a file over REST."""

import csv
import io

import httpx2

from tests.faces import Face, RestFace
from tests.stock.warehouse import Shelf

CSV = {"Accept": "text/csv"}


async def test_who_asks_for_csv_gets_every_row(
    client: httpx2.AsyncClient, shelf: Shelf, rest: RestFace
) -> None:
    level_id = (await shelf.receive(3)).movements[0].level_id
    headers = {"Authorization": str(rest.authorization), **CSV}

    answer = await client.get(f"/v1/stock-movements?level_id={level_id}", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="stock-movements.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["level_id"], row["available_after"]) for row in rows] == [(level_id, "3")]
    levels = await client.get(f"/v1/stock-levels?item_id={shelf.item_id}", headers=headers)
    assert [row["on_hand"] for row in csv.DictReader(io.StringIO(levels.text))] == ["3"]


async def test_a_file_has_no_pages_and_refusals_are_problems(
    client: httpx2.AsyncClient, rest: RestFace
) -> None:
    headers = {"Authorization": str(rest.authorization), **CSV}

    cut = await client.get("/v1/stock-movements?limit=5&fields=seq", headers=headers)
    stranger = await client.get("/v1/stock-movements", headers=CSV)
    wrong = await client.get("/v1/stock-movements?kind=THEFT", headers=headers)

    assert (cut.status_code, cut.json()["detail"]) == (
        400,
        "A file has all rows and all columns: leave out fields, limit.",
    )
    assert (stranger.status_code, stranger.json()["code"]) == (401, "UNAUTHENTICATED")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "VALIDATION_FAILED")


async def test_a_list_that_has_no_file_is_a_page_still(
    client: httpx2.AsyncClient, rest: Face
) -> None:
    headers = {"Authorization": str(getattr(rest, "authorization", "")), **CSV}

    answer = await client.get("/v1/items?limit=1", headers=headers)

    assert answer.headers["content-type"] == "application/json"
