"""Somebody lives a whole life with an account; its secrets are then looked for everywhere."""

import pytest
from sqlalchemy import text

from api.database import Database
from tests.accounts.conftest import Stranger
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import unique
from tests.hostile.conftest import Shop
from tests.hostile.doors import Doors
from tests.letters import Mailbox


@pytest.fixture(params=["rest", "graphql"])
def newcomer(
    request: pytest.FixtureRequest, stranger: Doors, shop: Shop, rest: RestFace
) -> Stranger:
    """Somebody who comes to the real shop, by one door or the other."""
    email = f"{unique('canary')}@example.com"
    client = stranger.client
    face: Face = RestFace(client, rest.openapi)
    if request.param == "graphql":
        face = GraphQLFace(client)
    mailbox = Mailbox(shop.log.parent / ".stockroom", email)
    return Stranger(face, email, mailbox, f"canary-{unique('password')}")


async def life_of(newcomer: Stranger) -> list[str]:
    """Everything that can be done with an account, well and badly; its secrets."""
    face, first, second = newcomer.face, newcomer.password, f"canary-{unique('second')}"
    await newcomer.register()
    codes = [await newcomer.mailbox.code()]
    wrong: list[object] = [codes[0] + "x", [codes[0]], {"code": codes[0]}]
    for code in wrong:
        await refused(face, "confirm_email", code=code)
    await face.call("confirm_email", code=codes[0])
    await refused(face, "confirm_email", code=codes[0])
    tokens = await face.call("issue_token", email=newcomer.email, password=first)
    me = face.signed_in(f"Bearer {tokens['access_token']}")
    key = await me.call("create_api_key", name="Till", scopes=["catalog:read"])
    await refused(me, "change_password", password=second, new_password=first)
    await refused(me, "change_password", password=first, new_password=[second])
    await me.call("change_password", password=first, new_password=second)
    await face.call("request_password_reset", email=newcomer.email)
    codes.append(await newcomer.mailbox.code(4))
    await refused(face, "reset_password", code=codes[1], password="short")
    await face.call("reset_password", code=codes[1], password=first)
    secrets = [first, second, *codes, tokens["access_token"], tokens["refresh_token"]]
    return [*secrets, key["secret"], key["secret"].split("_")[2]]


async def refused(face: Face, operation: str, **sent: object) -> None:
    with pytest.raises(Refused) as refusal:
        await face.call(operation, **sent)
    assert "canary" not in str(refusal.value)


async def written_down(database: Database, secret: str) -> list[str]:
    """The tables of the shop that hold a secret as it is, be it as text or as bytes."""
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = []
    async with database.read() as connection:
        for (table,) in (await connection.execute(tables)).all():
            said = "position(:plain in t::text) > 0 OR position(:hex in t::text) > 0"
            asked = text(f"SELECT EXISTS (SELECT FROM {table} t WHERE {said})")
            values = {"plain": secret, "hex": secret.encode().hex()}
            if (await connection.execute(asked, values)).scalar_one():
                found.append(str(table))
    return found


async def test_b108_no_secret_of_a_whole_life_is_in_the_log_or_in_the_books(
    newcomer: Stranger, shop: Shop, database: Database
) -> None:
    before = shop.log.stat().st_size
    secrets = await life_of(newcomer)
    log = await shop.logged(before, 14)

    assert '"event":"password changed"' in log
    assert [secret for secret in secrets if secret in log] == []
    assert newcomer.email not in log
    assert await written_down(database, newcomer.email) != []  # it would have been found
    assert [secret for secret in secrets if await written_down(database, secret)] == []
