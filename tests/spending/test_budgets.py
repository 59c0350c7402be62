"""Who asks for much in a minute is told to wait, over both doors alike, and nobody else is."""

import httpx2
import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import RestFace
from tests.spending.conftest import ELSEWHERE, Open
from tests.uploads.pictures import FORM, form, part, picture

PAGE = "{ items { nodes { id } } }"


async def graphql(client: httpx2.AsyncClient, query: str = PAGE) -> httpx2.Response:
    return await client.post("/graphql", json={"query": query})


def left(answer: httpx2.Response) -> int:
    """What the answer says is left."""
    _, remaining, seconds = answer.headers["ratelimit"].split(";")
    assert 0 < int(seconds.removeprefix("t=")) <= 60
    return int(remaining.removeprefix("r="))


async def test_both_doors_take_from_one_budget(open_shop: Open, sign_in: SignIn) -> None:
    clients = await open_shop(rate_limit_points=1_000)
    ann = await clients(await sign_in(Role.VIEWER))

    first = await ann.get("/v1/items?limit=20")
    second = await graphql(ann)
    third = await graphql(ann)

    assert first.headers["ratelimit-policy"] == '"default";q=1000;w=60'
    assert left(first) == 1_000 - 21
    assert left(first) - left(second) == 51 + 1 + len(PAGE) // 10  # which is read once
    assert left(second) - left(third) == 51
    assert third.json()["extensions"]["cost"] == {
        "requested": 51,
        "maximum": 5_000,
        "remaining": left(third),
    }


async def test_who_uses_an_old_name_is_told_what_is_left_too(
    open_shop: Open, sign_in: SignIn
) -> None:
    clients = await open_shop(rate_limit_points=1_000)
    ann = await clients(await sign_in(Role.VIEWER))

    old = await ann.get("/v1/items?search=oak&limit=20")

    assert left(old) == 1_000 - 21
    assert old.headers["deprecation"]


async def test_who_has_spent_all_is_refused_at_both_doors_and_nobody_else_is(
    open_shop: Open, sign_in: SignIn
) -> None:
    clients = await open_shop(rate_limit_points=120)
    ann, ben = [await clients(await sign_in(Role.VIEWER)) for _ in range(2)]
    await ann.get("/v1/items?limit=100")

    rest, told = await ann.get("/v1/items"), await graphql(ann)
    afterwards = await ann.get("/v1/items?limit=1")

    problem, [error] = rest.json(), told.json()["errors"]
    assert (rest.status_code, problem["code"]) == (429, "RATE_LIMITED")
    assert (told.status_code, error["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert "data" not in told.json()
    for answer, waits in ((rest, problem), (told, error["extensions"])):
        assert int(answer.headers["retry-after"]) == waits["retry_after"] >= 1
        assert left(answer) < 51
    assert afterwards.status_code == 200, "what is left can be spent"
    assert (await ben.get("/v1/items")).status_code == 200


async def test_a_refused_command_does_nothing(
    open_shop: Open, rest: RestFace, sign_in: SignIn
) -> None:
    clients = await open_shop(rate_limit_points=9)
    mary = await clients(await sign_in(Role.MANAGER))

    refused = await mary.post("/v1/categories", json={"name": "Lamps", "slug": "never-made"})

    assert refused.status_code == 429
    assert (await rest.call("list_categories", slug="never-made"))["data"] == []


async def test_all_keys_of_a_user_share_what_the_user_has(open_shop: Open, sign_in: SignIn) -> None:
    clients = await open_shop(rate_limit_points=1_000)
    ann = await clients(await sign_in(Role.VIEWER))
    body = {"name": "Till", "scopes": ["catalog:read"]}
    keys = [(await ann.post("/v1/api-keys", json=body)).json()["secret"] for _ in range(2)]
    tills = [await clients(f"Bearer {key}") for key in keys]

    first, second = [await till.get("/v1/items?limit=100") for till in tills]

    assert left(first) - left(second) == 101


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
async def test_strangers_are_told_apart_by_their_network_and_by_nothing_they_say(
    open_shop: Open, header: str
) -> None:
    clients = await open_shop(rate_limit_points_anonymous=100)
    here, elsewhere = await clients(), await clients(peer=ELSEWHERE)

    answers = [
        await here.post(
            "/graphql", json={"query": "{ __typename }"}, headers={header: f"10.0.0.{n}"}
        )
        for n in range(100)
    ]

    assert [answer.status_code for answer in answers].count(429) > 0
    assert (await graphql(elsewhere, "{ __typename }")).status_code == 200


async def test_bad_credentials_are_paid_for_by_the_network_that_sends_them(
    open_shop: Open,
) -> None:
    clients = await open_shop(rate_limit_points_anonymous=25)
    thief = await clients("Bearer sr_live_guess")

    assert [(await thief.get("/v1/me")).status_code for _ in range(3)] == [401, 401, 429]
    assert (await graphql(thief)).status_code == 429


async def test_documents_that_are_not_sound_are_paid_for(open_shop: Open, sign_in: SignIn) -> None:
    clients = await open_shop(rate_limit_points=1_000)
    ann = await clients(await sign_in(Role.VIEWER))
    nonsense = "{ " + "nothing " * 600 + "}"

    assert [(await graphql(ann, nonsense)).status_code for _ in range(3)] == [200, 200, 429]


async def test_a_large_body_is_paid_for_before_it_is_read(open_shop: Open) -> None:
    clients = await open_shop(rate_limit_points_anonymous=150)
    stranger = await clients()
    ones = "[" + ",".join(["1"] * 25_000) + "]"  # 50 kB, and no request at all

    answers = [
        await stranger.post("/graphql", content=ones, headers={"content-type": "application/json"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [400, 429]
    assert left(answers[0]) == 50


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/categories"), ("QUERY", "/v1/items")])
async def test_a_body_that_cannot_be_read_is_paid_for(
    open_shop: Open, sign_in: SignIn, method: str, path: str
) -> None:
    clients = await open_shop(rate_limit_points=150)
    mary = await clients(await sign_in(Role.MANAGER))
    broken, json = "[" + "1," * 25_000, {"content-type": "application/json"}  # 50 kB

    answers = [await mary.request(method, path, content=broken, headers=json) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 429]
    assert left(answers[0]) == 150 - 100 - (1 if method == "QUERY" else 10)


async def test_a_picture_is_paid_for_by_its_pixels_though_it_is_only_tried(
    open_shop: Open, sign_in: SignIn
) -> None:
    clients = await open_shop(rate_limit_points=180)
    mary = await clients(await sign_in(Role.MANAGER))
    large = picture("PNG", (2_000, 2_000))  # of few bytes

    answers = [
        await mary.post(
            "/v1/uploads?validate_only=true",
            content=form(part("file", content, file="a.png")),
            headers=FORM,
        )
        for content in (large, b"no picture", large)
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 429], answers[0].text
    assert left(answers[0]) == 180 - 10 - 101
    assert left(answers[1]) == left(answers[0]) - 10


async def test_without_limits_nothing_is_said_of_them(open_shop: Open, sign_in: SignIn) -> None:
    clients = await open_shop(rate_limit_points=0, rate_limit_points_anonymous=100)
    ann = await clients(await sign_in(Role.VIEWER))

    answer = await graphql(ann)

    assert "ratelimit" not in answer.headers
    assert answer.json()["extensions"]["cost"] == {"requested": 51, "maximum": 5_000}
