"""Every operation, for everybody, at both doors: the same verdict, and the one of our own table."""

import pytest

from api.domain.actors import PERMISSIONS, Permission, Role
from api.domain.operations import OPERATIONS, Key
from tests.access.table import TABLE
from tests.access.world import RIGHTS, World, found, rights_of
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import unique

FACED = sorted(name for name, entry in OPERATIONS.items() if entry.kind.has_faces)
PRINCIPALS = 15


@pytest.fixture(scope="module")
async def world(rest: RestFace, sign_in: SignIn) -> World:
    return await found(rest, sign_in)


async def verdict(face: Face, operation: str, args: dict[str, object]) -> str:
    if "report" in args and isinstance(face, GraphQLFace):  # an enum there, a word of an address
        args = args | {"report": str(args["report"]).upper().replace("-", "_")}
    key = {"key": unique("key")} if OPERATIONS[operation].key is Key.REQUIRED else {}
    try:
        await face.call(operation, **args, **key)
    except Refused as refused:
        return refused.code
    return ""


def test_b58_every_operation_has_its_line_in_the_table() -> None:
    missing = sorted(set(FACED) - TABLE.keys())
    gone = sorted(TABLE.keys() - set(FACED))

    assert not missing, f"add to TABLE in tests/access/table.py: {', '.join(missing)}"
    assert not gone, f"take out of TABLE in tests/access/table.py: {', '.join(gone)}"


def test_b58_roles_and_operations_need_and_have_what_the_table_says() -> None:
    assert {name: str(OPERATIONS[name].permission) for name in FACED} == {
        name: TABLE[name].permission for name in FACED
    }
    assert set(RIGHTS) == set(Permission)
    assert {role: frozenset(map(str, PERMISSIONS[role])) for role in Role} == {
        role: rights_of(role) for role in Role
    }


@pytest.mark.parametrize("number", range(PRINCIPALS))
async def test_b58_both_doors_judge_everybody_as_the_table_says(
    world: World, rest: RestFace, graphql: Face, number: int
) -> None:
    principal = world.principals[number]
    expected, found_by = {}, {}
    for name in FACED:
        asks = TABLE[name]
        expected[name] = (asks.told(principal, world),) * 2
        found_by[name] = (
            await verdict(rest.signed_in(principal.authorization), name, asks.args(world)),
            await verdict(graphql.signed_in(principal.authorization), name, asks.args(world)),
        )

    wrong = {
        name: (found_by[name], expected[name]) for name in FACED if found_by[name] != expected[name]
    }
    assert wrong == {}, f"{principal.name}: (REST, GraphQL) against the table"


def test_the_matrix_is_as_large_as_it_is_meant_to_be(world: World) -> None:
    assert len(world.principals) == PRINCIPALS
    assert PRINCIPALS * len(FACED) >= 400
