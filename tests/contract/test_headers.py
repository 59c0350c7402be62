"""The headers of a command are sent once, as its parameters are."""

import httpx2
import pytest

from tests.faces import RestFace
from tests.factories import unique


@pytest.mark.parametrize("name", ["Idempotency-Key", "If-None-Match"])
async def test_a_header_that_is_sent_twice_is_refused_and_nothing_is_done(
    client: httpx2.AsyncClient, rest: RestFace, admin: str, name: str
) -> None:
    item = await rest.call("create_item", sku=unique("SKU"), name="Stool")
    twice = [(name, '"1"'), (name, '"2"')]

    answer = await client.patch(
        f"/v1/items/{item['id']}",
        json={"name": "Bench"},
        headers=[("Authorization", admin), ("If-Match", '"1"'), *twice],
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")
    assert answer.json()["detail"] == f"Header sent twice: {name}."
    assert (await rest.call("get_item", item_id=item["id"]))["name"] == "Stool"
