"""Guessed passwords: counted before they are hashed, whatever guessers say of themselves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api.domain import passwords
from api.main import create_app
from tests.conftest import settings_for
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import unique

RIGHT = "correct horse battery"
WRONG = "wrong horse battery"
LOG_IN = """mutation L($input: IssueTokenInput!) {
  issueToken(input: $input) { result { accessToken } errors { code message } }
}"""
Try = Callable[[httpx2.AsyncClient, str, str], Awaitable[httpx2.Response]]


@pytest.fixture(scope="module")
async def guarded(database_url: str) -> AsyncIterator[FastAPI]:
    """A shop that counts as it does in earnest."""
    earnest = {"sign_in_tries_per_network": 30, "letters_per_network": 60}
    app = create_app(settings_for(database_url).model_copy(update=earnest))
    yield app
    await app.state.resources.close()


@asynccontextmanager
async def coming_from(app: FastAPI, address: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client in a network of its own."""
    transport = httpx2.ASGITransport(app=app, client=(address, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


async def by_rest(client: httpx2.AsyncClient, email: str, password: str) -> httpx2.Response:
    form = {"username": email, "password": password, "email": f"{unique('other')}@example.com"}
    return await client.post("/v1/auth/token", data=form, headers=lying())


async def by_graphql(client: httpx2.AsyncClient, email: str, password: str) -> httpx2.Response:
    variables = {"input": {"email": email, "password": password}}
    return await client.post(
        "/graphql", json={"query": LOG_IN, "variables": variables}, headers=lying()
    )


def lying() -> dict[str, str]:
    """Headers by which proxies say who comes, from somebody who is no proxy of ours."""
    lie = f"198.51.100.{len(unique('x')) % 250}, {unique('x')}"
    return {"X-Forwarded-For": lie, "X-Real-IP": lie, "Forwarded": f"for={lie}"}


@pytest.fixture(params=[by_rest, by_graphql])
def guess(request: pytest.FixtureRequest) -> Try:
    found: Try = request.param
    return found


@pytest.fixture
async def email(rest: RestFace) -> str:
    """The address of somebody with an account."""
    sent = {"email": f"{unique('owner')}@example.com", "name": "O", "role": "CLERK"}
    await rest.call("create_user", **sent, password=RIGHT)
    return sent["email"]


def told(answer: httpx2.Response) -> str:
    """The code of a refusal, or nothing."""
    body: dict[str, Any] = answer.json()
    if "errors" in body:
        return str(body["errors"][0]["extensions"]["code"])
    return str(body.get("code", ""))


_addresses = iter(range(1, 250))


def an_address() -> str:
    """A network of one's own."""
    return f"203.0.113.{next(_addresses)}"


async def test_b44_the_eleventh_guess_in_a_minute_is_not_even_looked_at(
    guarded: FastAPI, guess: Try, email: str
) -> None:
    async with coming_from(guarded, an_address()) as guesser:
        answers = [await guess(guesser, email.upper(), WRONG) for _ in range(20)]
        right = await guess(guesser, email, RIGHT)

    assert [told(answer) for answer in answers] == ["UNAUTHENTICATED"] * 10 + ["RATE_LIMITED"] * 10
    assert {answer.status_code for answer in answers[10:]} == {429}
    assert all(0 < int(answer.headers["retry-after"]) <= 60 for answer in answers[10:])
    assert told(right) == "RATE_LIMITED"


async def test_b44_the_owner_comes_in_from_elsewhere_meanwhile(
    guarded: FastAPI, guess: Try, email: str
) -> None:
    async with coming_from(guarded, an_address()) as guesser:
        for _ in range(30):
            await guess(guesser, email, WRONG)
    async with coming_from(guarded, an_address()) as owner:
        answer = await guess(owner, email, RIGHT)

    assert answer.status_code == 200
    assert told(answer) == ""


async def test_b44_one_network_guesses_thirty_times_whoever_it_is_about(
    guarded: FastAPI, guess: Try
) -> None:
    async with coming_from(guarded, an_address()) as guesser:
        answers = [
            told(await guess(guesser, f"{unique('who')}@example.com", WRONG)) for _ in range(40)
        ]

    assert answers == ["UNAUTHENTICATED"] * 30 + ["RATE_LIMITED"] * 10


async def test_b44_many_networks_together_guess_fifty_times(
    guarded: FastAPI, guess: Try, email: str
) -> None:
    answers = []
    for _ in range(8):
        async with coming_from(guarded, an_address()) as guesser:
            answers += [told(await guess(guesser, email, WRONG)) for _ in range(10)]

    assert answers.count("UNAUTHENTICATED") == 50


async def test_b44_a_whole_subnet_of_the_new_internet_is_one_guesser(
    guarded: FastAPI, guess: Try, email: str
) -> None:
    answers = []
    for host in range(1, 21):
        async with coming_from(guarded, f"2001:db8:{next(_addresses)}::{host:x}") as guesser:
            answers.append(told(await guess(guesser, email, WRONG)))
    one = next(_addresses)
    for host in range(1, 21):
        async with coming_from(guarded, f"2001:db8:ffff:{one}::{host:x}") as guesser:
            answers.append(told(await guess(guesser, f"x{email}", WRONG)))

    assert answers == ["UNAUTHENTICATED"] * 30 + ["RATE_LIMITED"] * 10


async def test_b44_a_stolen_session_cannot_guess_the_password_either(
    guarded: FastAPI, email: str
) -> None:
    async with coming_from(guarded, an_address()) as client:
        for face in (RestFace(client, guarded.openapi()), GraphQLFace(client)):
            token = await face.call("issue_token", email=email, password=RIGHT)
            thief: Face = face.signed_in(f"Bearer {token['access_token']}")
            codes = []
            for _ in range(7):
                with pytest.raises(Refused) as refused:
                    await thief.call("change_password", password=WRONG, new_password=RIGHT)
                codes.append(refused.value.code)
            if face.name == "rest":
                assert codes == ["VALIDATION_FAILED"] * 7

    assert codes[-5:] == ["RATE_LIMITED"] * 5


@pytest.mark.parametrize("operation", ["register", "request_password_reset"])
async def test_b44_one_address_is_written_to_five_times_an_hour(
    guarded: FastAPI, operation: str
) -> None:
    email = f"{unique('written-to')}@example.com"
    sent = {"name": "A", "password": RIGHT} if operation == "register" else {}
    async with coming_from(guarded, an_address()) as client:
        faces = (RestFace(client, guarded.openapi()), GraphQLFace(client))
        for number in range(5):
            await faces[number % 2].call(operation, email=email, **sent)
        for face in faces:
            with pytest.raises(Refused, match="RATE_LIMITED") as refused:
                await face.call(operation, email=email, **sent)
            assert 0 < refused.value.details["retry_after"] <= 3600


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is hashed or verified while the test lasts; it really is."""
    seen: list[str] = []
    really = passwords._in_thread

    async def counted(work: Any, *args: Any) -> Any:
        seen.append(work.__name__)
        return await really(work, *args)

    monkeypatch.setattr(passwords, "_in_thread", counted)
    return seen


_FIELD = 'issueToken(input: {email: "a@example.com", password: "wrong horse"}) { errors { code } }'
_HUNDRED = range(100)
ALIASED = "mutation {" + " ".join(f"a{n}: {_FIELD}" for n in _HUNDRED) + "}"
IN_FRAGMENTS = (
    "mutation {"
    + " ".join(f"...F{n}" for n in _HUNDRED)
    + "}"
    + " ".join(f"fragment F{n} on Mutation {{ a{n}: {_FIELD} }}" for n in _HUNDRED)
)
INLINE = "mutation {" + " ".join(f"... on Mutation {{ a{n}: {_FIELD} }}" for n in _HUNDRED) + "}"


@pytest.mark.parametrize(
    "body",
    [
        {"query": ALIASED},
        {"query": IN_FRAGMENTS},
        {"query": INLINE},
        [{"query": f"mutation {{ {_FIELD} }}"}] * 100,
    ],
    ids=["aliases", "fragments", "inline", "list"],
)
async def test_b38_a_hundred_guesses_in_one_request_are_refused_before_the_first_hash(
    guarded: FastAPI, hashes: list[str], body: Any
) -> None:
    async with coming_from(guarded, an_address()) as guesser:
        answer = await guesser.post("/graphql", json=body)

    assert answer.json()["errors"]
    assert answer.json().get("data") is None
    assert hashes == []


async def test_b38_as_many_guesses_as_a_request_may_hold_are_counted_each(
    guarded: FastAPI, hashes: list[str], email: str
) -> None:
    field = _FIELD.replace("a@example.com", email)
    ten = {"query": "mutation {" + " ".join(f"a{n}: {field}" for n in range(10)) + "}"}
    del hashes[:]
    async with coming_from(guarded, an_address()) as guesser:
        first = await guesser.post("/graphql", json=ten)
        second = await guesser.post("/graphql", json=ten)

    assert [e["extensions"]["code"] for e in first.json()["errors"]] == ["UNAUTHENTICATED"] * 10
    assert [e["extensions"]["code"] for e in second.json()["errors"]] == ["RATE_LIMITED"] * 10
    assert (first.status_code, second.status_code) == (200, 429)
    assert len(hashes) == 10
