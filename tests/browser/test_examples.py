"""Whoever opens the explorer of a new shop runs its examples first."""

import httpx2
from pydantic import SecretStr

from api import demo
from api.main import create_app
from api.pages.router import examples
from tests.conftest import settings_for

PASSWORD = "correct horse battery"


async def test_each_example_runs_as_it_is_on_the_demo_shop(own_database_url: str) -> None:
    given = {"admin_password": SecretStr(PASSWORD)}
    settings = settings_for(own_database_url).model_copy(update=given)
    await demo.load_once(settings, lambda _: None)
    app = create_app(settings)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        login = {"username": "clerk@example.com", "password": PASSWORD}
        token = (await client.post("/v1/auth/token", data=login)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answers = [
            (await client.post("/graphql", json=example, headers=headers)).json()
            for example in examples()
        ]
    await app.state.resources.database.close()

    assert [answer.get("errors") for answer in answers] == [None] * len(answers)
    items, orders, placed = (answer["data"] for answer in answers)
    assert len(items["items"]["nodes"]) == len(orders["orders"]["nodes"]) == 5
    assert placed["placeOrder"]["errors"] == []
    assert placed["placeOrder"]["result"]["status"] == "PLACED"
