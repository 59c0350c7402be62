"""Ids inside of bodies and filters, at every depth: of another kind, malformed, of things that
somebody else owns.
"""

from typing import Any

import httpx2
import pytest

from api.domain.filters.declaring import Fields, Way
from api.domain.operations import OPERATIONS
from tests.access.customers import Owner, owners
from tests.access.probing import _told
from tests.access.test_assignment import COMMANDS, Place, bodies, camel_place, input_of, whole
from tests.access.test_nulls import over_graphql
from tests.access.test_sweep import NASTY
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace, camel
from tests.factories import unique

__all__ = ["bodies"]
REFUSALS = {"VALIDATION_FAILED", "NOT_FOUND", "BULK_REFUSED", "BAD_REQUEST"}
LISTS = sorted(name for name, it in OPERATIONS.items() if it.listing and it.kind.has_faces)
NEEDED = {"list_stock_as_of": {"at": "2100-01-01T00:00:00Z"}}


def references(sent: Any, at: Place = ()) -> list[Place]:
    """Where ids stand in a body."""
    if isinstance(sent, list):
        return [it for number, inner in enumerate(sent) for it in references(inner, (*at, number))]
    if not isinstance(sent, dict):
        is_id = any(str(step).endswith(("_id", "_ids")) for step in at[-2:])
        return [at] if is_id and isinstance(sent, str) else []
    return [it for name, inner in sent.items() for it in references(inner, (*at, name))]


def put(sent: Any, at: Place, value: Any) -> Any:
    """The same with another value there."""
    if not at:
        return value
    step, *rest = at
    if isinstance(sent, list):
        return [put(it, tuple(rest), value) if n == step else it for n, it in enumerate(sent)]
    return sent | {step: put(sent[step], tuple(rest), value)}


@pytest.mark.parametrize("operation", COMMANDS)
async def test_b50_an_id_of_another_kind_is_refused_inside_of_every_body(
    client: httpx2.AsyncClient,
    rest: RestFace,
    bodies: dict[str, tuple[str, str, Any]],
    operation: str,
) -> None:
    method, path, body = bodies.get(operation, ("", "", {}))
    _, type_ = input_of(operation)
    ids = {name: f"{name[:-3]}_{'0' * 32}" for name in ("item_id", "order_id", "user_id")}
    headers = {"Authorization": str(rest.authorization)}
    keyed = headers | {"Idempotency-Key": unique("key")}
    wrong = {}
    for at in references(body):
        for what, bad in NASTY.items():
            answer = await client.request(
                method,
                path.format(**ids),
                json=put(body, at, bad),
                headers=keyed,
                params={"validate_only": "true"},
            )
            mine = whole(type_, body) | {
                name: id for name, id in camel(ids).items() if name in type_.fields
            }
            sent = put(mine, camel_place(at), bad)
            errors = await over_graphql(client, headers, operation, sent)
            codes = {it.get("code") or it["extensions"]["code"] for it in errors}
            if answer.json().get("code") not in REFUSALS or not codes or codes - REFUSALS:
                wrong[*at, what] = (answer.text[:200], errors)

    assert wrong == {}


def ids_of(fields: Fields, depth: int = 3) -> list[dict[str, Any]]:
    """Filters by every id that a list knows, along every way to other things; the innermost is
    what is put there.
    """
    found: list[dict[str, Any]] = []
    for name, part in fields.parts.items():
        if isinstance(part, Way):
            if depth:
                inner = ids_of(part.fields(), depth - 1)
                found += [{name: {"some": it} if part.many else it} for it in inner]
        elif name == "id" or (name.endswith("_id") and name != "reference_id"):  # which is text
            found += [{name: {"eq": None}}, {name: {"in": [None]}}]
    return found


def filled(where: Any, value: str) -> Any:
    if isinstance(where, dict):
        return {name: filled(inner, value) for name, inner in where.items()}
    return [value] if isinstance(where, list) else value


@pytest.mark.parametrize("operation", LISTS)
async def test_b50_an_id_of_another_kind_is_refused_inside_of_every_filter(
    rest: RestFace, graphql: GraphQLFace, operation: str
) -> None:
    wrong = {}
    wheres = ids_of(OPERATIONS[operation].asking.fields, 2)
    for number, where in enumerate(wheres):
        what = list(NASTY)[number % len(NASTY)]
        sent = {"where": filled(where, NASTY[what]), **NEEDED.get(operation, {})}
        codes: list[object] = []
        for face in (rest, graphql):
            try:
                codes.append(len((await face.call(operation, **sent))["data"]))
            except Refused as refused:
                codes.append(refused.code)
        if codes != ["VALIDATION_FAILED"] * 2:
            wrong[str(where), what] = codes

    assert wheres
    assert wrong == {}


@pytest.fixture(scope="module")
async def pair(rest: RestFace, sign_in: SignIn) -> list[Owner]:
    return await owners(rest, sign_in, 2)


async def test_b50_every_filter_by_an_id_finds_nothing_of_somebody_else(
    face: Face, pair: list[Owner]
) -> None:
    mine, other = pair
    caller = face.signed_in(mine.authorization)
    for operation in ("list_orders", "list_fulfillments"):
        for where in ids_of(OPERATIONS[operation].asking.fields, 2):
            for id in other.ids.values():
                asked = filled(where, id)
                told = await _told(caller, operation, {"where": asked, "count": True}, other.ids)
                never = {name: f"{it[:-32]}{'0' * 32}" for name, it in other.ids.items()}
                absent = {"where": filled(where, f"{id[:-32]}{'0' * 32}"), "count": True}

                assert told == await _told(caller, operation, absent, never), asked
