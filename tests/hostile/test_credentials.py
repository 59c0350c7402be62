"""Credentials that open nothing."""

import base64
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from pydantic import SecretStr

from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser
from api.domain.accounts.tokens import KeyText, SessionText
from api.domain.actors import Role
from api.domain.fields import Id
from api.domain.keyring import Keyring
from api.domain.scope import Scope
from tests.conftest import SECRET, SignIn
from tests.factories import unique
from tests.hostile.doors import CREATE_ITEM, Doors
from tests.sign_ins import session_of

TOKENS = Keyring(SECRET.encode()).tokens
Maker = Callable[[str, str], str]
ME = "{ me { user { id } } }"
HALF = "correct horse battery"


def _forged(
    key: str | bytes = TOKENS,
    algorithm: str = "HS256",
    typ: str | None = "at+jwt",
    seconds: int = 60,
    wait: int = 0,
    **other: Any,
) -> Maker:
    """A maker of tokens for a user, right but for what is named; a claim of None is left out."""

    def make(user_id: str, session_id: str) -> str:
        now = int(time.time())
        claims = {"iss": "stockroom", "aud": "stockroom", "sub": user_id, "iat": now}
        claims |= {"sid": session_id}
        claims |= {"nbf": now + wait, "exp": now + seconds, "jti": "1"} | other
        kept = {name: value for name, value in claims.items() if value is not None}
        if not isinstance(kept.get("sub", ""), str):
            return _unchecked(kept)
        with warnings.catch_warnings(action="ignore"):  # a key as short as ours, for HS512
            return jwt.encode(kept, key, algorithm, headers={"typ": typ} if typ else None)

    return make


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unchecked(claims: dict[str, Any]) -> str:
    """Signed with our key, whatever the claims are."""
    return jwt.PyJWS().encode(
        json.dumps(claims).encode(), TOKENS, "HS256", headers={"typ": "at+jwt"}
    )


def _unsigned(algorithm: str) -> Maker:
    def make(user_id: str, session_id: str) -> str:
        right = _forged()(user_id, session_id)
        return f"{_part({'alg': algorithm, 'typ': 'at+jwt'})}.{right.split('.')[1]}."

    return make


def _headed(**more: Any) -> Maker:
    """Right and rightly signed, with more in its header."""

    def make(user_id: str, session_id: str) -> str:
        claims = jwt.decode(_forged()(user_id, session_id), options={"verify_signature": False})
        return jwt.encode(claims, TOKENS, "HS256", headers={"typ": "at+jwt"} | more)

    return make


GOOD = _forged()
FORGED: dict[str, Maker] = {
    "alg none": _unsigned("none"),
    "alg None": _unsigned("None"),
    "alg HS256 and no signature": _unsigned("HS256"),
    "another secret": _forged(b"x" * 32),
    "another algorithm of the family": _forged(algorithm="HS512"),
    "the cursors' key": _forged(Keyring(SECRET.encode()).cursors),
    "another type": _forged(typ="refresh+jwt"),
    "no type": _forged(typ="JWT"),
    "expired by 31 seconds": _forged(seconds=-31),
    "not yet valid": _forged(wait=90),
    "no end": _forged(exp=None),
    "no audience": _forged(aud=None),
    "another audience": _forged(aud="elsewhere"),
    "another issuer": _forged(iss="elsewhere"),
    "no subject": _forged(sub=None),
    "a subject that is a number": _forged(sub=5),
    "a subject that is an object": _forged(sub={"id": 1}),
    "a subject that is no id": _forged(sub="' OR 1=1 --"),
    "a subject with a NUL": _forged(sub="user_\0"),
    "the id of nobody": _forged(sub="user_" + "0" * 32),
    "the id of an item": _forged(sub="item_" + "0" * 32),
    "no session": _forged(sid=None),
    "a session that is a number": _forged(sid=5),
    "the session of nobody": _forged(sid="session_" + "0" * 32),
    "a session that is no id": _forged(sid="' OR 1=1 --"),
    "an end that is text": _forged(exp="tomorrow"),
    "a key that the caller chose": _headed(jwk={"kty": "oct", "k": "eA"}),
    "the address of a key": _headed(jku="https://evil.example/keys"),
    "the address of a certificate": _headed(x5u="https://evil.example/cert"),
    "the name of a key": _headed(kid="../../dev/null"),
    "a refresh token": lambda _, session: str(
        SessionText.first(Keyring(SECRET.encode()), Id(session))
    ),
    "garbage": lambda *_: "garbage",
    "dots": lambda *_: "..",
    "10 kB": lambda *_: "a" * 10_000,
    "a header of 100 brackets": lambda *_: _part([[[[[]]]]]) + ".e30.e30",
    "an unknown critical header": lambda *_: jwt.PyJWS().encode(
        b"{}", TOKENS, "HS256", headers={"typ": "at+jwt", "crit": ["x"], "x": 1}
    ),
}


async def _signed_in(doors: Doors, scope: Scope) -> tuple[str, str]:
    """The administrator, and a session of theirs."""
    user_id = Id((await doors.rest("GET", "/v1/me")).body["user"]["id"])
    return user_id, await session_of(scope, user_id)


async def test_a_token_made_by_the_same_rules_opens_both_doors(doors: Doors, scope: Scope) -> None:
    forger = doors.signed_in(f"Bearer {GOOD(*await _signed_in(doors, scope))}")

    assert (await forger.rest("GET", "/v1/me")).status == 200
    assert (await forger.graphql(ME)).code == ""


@pytest.mark.parametrize("nasty", FORGED)
async def test_b36_b39_a_forged_or_stale_token_opens_neither_door(
    doors: Doors, scope: Scope, nasty: str
) -> None:
    forger = doors.signed_in(f"Bearer {FORGED[nasty](*await _signed_in(doors, scope))}")
    rest = await forger.rest("GET", "/v1/me")
    graphql = await forger.graphql(ME)

    assert (rest.status, rest.code) == (401, "UNAUTHENTICATED")
    assert (graphql.status, graphql.code) == (401, "UNAUTHENTICATED")
    assert "bearer" in rest.response.headers["www-authenticate"].lower()
    assert "bearer" in graphql.response.headers["www-authenticate"].lower()


@pytest.mark.parametrize("header", ["Bearer", "Token x", "Digest x", "x", ""])
async def test_an_authorization_of_another_kind_opens_nothing(doors: Doors, header: str) -> None:
    other = Doors(doors.client, headers={"Authorization": header})

    assert (await other.rest("GET", "/v1/me")).code == "UNAUTHENTICATED"
    assert (await other.graphql(ME)).code == "UNAUTHENTICATED"


async def test_a_client_that_names_itself_by_basic_may_ask_for_a_token_and_no_more(
    stranger: Doors, scope: Scope
) -> None:
    command = CreateUser(
        email=f"{unique('basic')}@example.com",
        name="Basil",
        role=Role.CLERK,
        password=SecretStr(HALF),
    )
    await scope.run(accounts.create_user, command)
    basic = Doors(stranger.client, "Basic Og==")
    answer = await basic.rest(
        "POST",
        "/v1/auth/token",
        f"username={command.email}&password={HALF.replace(' ', '+')}".encode(),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status == 200
    assert (await basic.rest("GET", "/v1/me")).code == "UNAUTHENTICATED"


WELL_MADE = str(KeyText("c0ffee", "0" * 64))  # its checksum is right, and nobody has it


@pytest.mark.parametrize(
    "key",
    ["sr_", "sr_a_b_c", "sr_a_b_c_d_e", "sr_" + "a" * 10_000, "sr_\u00e9_b_c", WELL_MADE],
)
async def test_a_key_that_was_never_made_opens_neither_door(doors: Doors, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}".encode("latin-1").decode("latin-1")}
    if not key.isascii():
        response = await doors.client.get(
            "/v1/me", headers={b"authorization": f"Bearer {key}".encode()}
        )
        assert response.status_code == 401
        return
    other = Doors(doors.client, headers=headers)

    assert (await other.rest("GET", "/v1/me")).code == "UNAUTHENTICATED"
    assert (await other.graphql(ME)).code == "UNAUTHENTICATED"


async def _key(doors: Doors, scopes: list[str], **more: Any) -> dict[str, Any]:
    body = {"name": "Till", "scopes": scopes, **more}
    answer = await doors.rest("POST", "/v1/api-keys", body)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.body
    return made


async def test_a_key_does_what_its_scopes_say_and_no_more(doors: Doors) -> None:
    till = doors.signed_in("Bearer " + (await _key(doors, ["catalog:read"]))["secret"])
    sent = {"sku": unique("S"), "name": "Chair"}

    assert (await till.rest("GET", "/v1/items?limit=1")).status == 200
    rest = await till.rest("POST", "/v1/items", sent)
    graphql = await till.graphql(CREATE_ITEM, {"input": sent})
    assert (rest.status, rest.code, graphql.code) == (403, "FORBIDDEN", "FORBIDDEN")
    wider = await till.rest("POST", "/v1/api-keys", {"name": "x", "scopes": ["catalog:read"]})
    assert wider.code == "FORBIDDEN"
    assert (await doors.rest("GET", f"/v1/items/sku:{sent['sku']}")).status == 404


CREATE_KEY = """mutation($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { result { secret } errors { code } }
}"""


async def test_b48_a_key_cannot_make_a_wider_one(doors: Doors) -> None:
    narrow = doors.signed_in("Bearer " + (await _key(doors, ["keys:manage"]))["secret"])
    sent = {"name": "x", "scopes": ["users:write"]}
    wider = [
        await narrow.rest("POST", "/v1/api-keys", sent),
        await narrow.graphql(CREATE_KEY, {"input": sent}),
    ]

    assert [answer.code for answer in wider] == ["FORBIDDEN", "FORBIDDEN"]


async def test_b48_a_key_that_was_revoked_opens_neither_door(doors: Doors) -> None:
    key = await _key(doors, ["catalog:read", "profile:read"])
    till = doors.signed_in("Bearer " + key["secret"])
    assert (await till.rest("GET", "/v1/me")).status == 200

    await doors.rest("POST", f"/v1/api-keys/{key['api_key']['id']}/revoke")

    assert (await till.rest("GET", "/v1/me")).status == 401
    assert (await till.graphql(ME)).status == 401


async def test_b48_a_key_that_has_expired_opens_neither_door(doors: Doors) -> None:
    key = await _key(doors, ["profile:read"], expires_at="2020-01-01T00:00:00Z")
    till = doors.signed_in("Bearer " + key["secret"])

    assert (await till.rest("GET", "/v1/me")).status == 401
    assert (await till.graphql(ME)).status == 401


async def test_a_key_with_one_character_changed_opens_neither_door(doors: Doors) -> None:
    secret = (await _key(doors, ["profile:read"]))["secret"]
    right = KeyText.read(secret)
    other = KeyText(right.prefix, right.secret[:-1] + ("0" if right.secret[-1] != "0" else "1"))
    for text in (secret[:-1] + ("0" if secret[-1] != "0" else "1"), str(other), secret.upper()):
        till = doors.signed_in(f"Bearer {text}")
        assert (await till.rest("GET", "/v1/me")).code == "UNAUTHENTICATED"
        assert (await till.graphql(ME)).code == "UNAUTHENTICATED"


async def test_nobody_gets_past_any_door_but_the_log_in(stranger: Doors, sign_in: SignIn) -> None:
    viewer = stranger.signed_in(await sign_in(Role.VIEWER))
    sent = {"sku": unique("S"), "name": "Chair"}

    assert (await stranger.rest("POST", "/v1/items", sent)).code == "UNAUTHENTICATED"
    assert (await stranger.graphql(CREATE_ITEM, {"input": sent})).code == "UNAUTHENTICATED"
    assert (await viewer.rest("POST", "/v1/items", sent)).code == "FORBIDDEN"
    assert (await viewer.graphql(CREATE_ITEM, {"input": sent})).code == "FORBIDDEN"
