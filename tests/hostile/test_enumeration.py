"""Nobody learns who has an account: not by status, not by body, not by the clock."""

import json
from collections.abc import Awaitable, Callable
from typing import cast

import httpx2
import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.passwords import USUAL
from tests.factories import unique
from tests.hostile.timing import ALLOWED, SAMPLES, area, timed

WRONG = "wrong horse battery"
Body = dict[str, str]
ASKED: dict[str, tuple[str, Callable[[str], Body]]] = {
    "issue_token": ("/v1/auth/token", lambda email: {"username": email, "password": WRONG}),
    "log_in": ("/v1/auth/login", lambda email: {"email": email, "password": WRONG}),
    "register": (
        "/v1/auth/register",
        lambda email: {"email": email, "name": "Ada", "password": WRONG},
    ),
    "request_password_reset": ("/v1/auth/request-password-reset", lambda email: {"email": email}),
}


def graphql_of(operation: str, email: str) -> Body:
    """The same over GraphQL."""
    name = "".join(word.title() for word in operation.split("_"))
    _, body = ASKED[operation]
    sent = {("email" if key == "username" else key): word for key, word in body(email).items()}
    fields = ", ".join(f"{key}: {json.dumps(word)}" for key, word in sent.items())
    field = f"{name[0].lower()}{name[1:]}"
    return {"query": f"mutation {{ {field}(input: {{{fields}}}) {{ errors {{ code message }} }} }}"}


@pytest.fixture
async def known(database: Database) -> list[str]:
    """Addresses of people with an account, all with one password's hash: nobody signs in."""
    emails = [f"{unique('known')}@example.com" for _ in range(SAMPLES)]
    add = text(
        "INSERT INTO users (id, email, name, role, password_hash)"
        " SELECT gen_random_uuid(), email, 'K', 'CLERK', :hash"
        " FROM unnest(CAST(:emails AS text[])) AS email"
    )
    async with database.write() as session:
        await session.execute(add, {"hash": await USUAL.hashed("x"), "emails": emails})
        await session.commit()
    return emails


@pytest.mark.parametrize("door", ["rest", "graphql"])
@pytest.mark.parametrize("operation", ASKED)
async def test_b43_an_address_with_an_account_is_answered_like_any_other(
    earnest: httpx2.AsyncClient, known: list[str], operation: str, door: str
) -> None:
    unknown = [f"{unique('known')}@example.com" for _ in range(SAMPLES)]
    path, body = ASKED[operation]

    async def ask(email: str) -> object:
        if door == "graphql":
            answer = await earnest.post("/graphql", json=graphql_of(operation, email))
        elif operation == "issue_token":
            answer = await earnest.post(path, data=body(email))
        else:
            answer = await earnest.post(path, json=body(email))
        trace_id = answer.headers["x-request-id"]
        return answer.status_code, answer.text.replace(trace_id, "")

    await warm(ask)
    these, those, answers = await timed(ask, known, unknown)

    [answer] = answers
    status, told = cast("tuple[int, str]", answer)
    assert status in ({401, 202} if door == "rest" else {200})
    assert "example.com" not in told
    assert abs(area(these, those) - 0.5) <= ALLOWED


async def warm(ask: Callable[[str], Awaitable[object]]) -> None:
    """The first of a kind takes longer, whoever it is about."""
    for _ in range(3):
        await ask(f"{unique('warm')}@example.com")
