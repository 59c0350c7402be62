"""A router that is guarded as a whole: whatever is added to it is refused to those who may not."""

from typing import Annotated

import httpx2
import pytest
from fastapi import Form, Response

from api.domain.actors import Permission, Role
from api.domain.fields import Id
from api.domain.operations import Kind
from api.main import create_app
from api.settings import Settings
from rest.doors import ReaderDep, WriterDep
from rest.guards import requires
from rest.routes import area
from tests.conftest import SignIn
from tests.faces import Face, Refused
from tests.kernel.lab import Attempt, Done, declared


@declared(Kind.QUERY)
async def get_back_room(scope: object, item_id: Id) -> Done:
    """What everybody may read, were there no guard."""
    return Done("open")


@declared()
async def sweep_back_room(scope: object, command: Attempt) -> Done:
    """What everybody may do, were there no guard."""
    return Done("swept")


@pytest.mark.parametrize("role", [None, Role.CUSTOMER, Role.MANAGER, Role.ADMIN])
async def test_a_route_without_a_permission_of_its_own_is_guarded_by_its_router(
    settings: Settings, sign_in: SignIn, role: Role | None
) -> None:
    room = area("/back-room", "lab", requires(Permission.ADMINISTER))

    @room.get("/read")
    async def read(reader: ReaderDep) -> Done:
        done: Done = await reader.run(get_back_room, Id("x"))
        return done

    @room.post("/do")
    async def do(writer: WriterDep, command: Attempt) -> Done:
        done: Done = await writer.run(sweep_back_room, command)
        return done

    @room.post("/form")
    async def form(writer: WriterDep, name: Annotated[str, Form()]) -> Response:
        return Response(name)

    app = create_app(settings)
    app.router.routes.extend(room.routes)
    headers = {"Authorization": await sign_in(role)} if role else {}
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://shop", headers=headers
    ) as client:
        answers = [
            await client.get("/v1/back-room/read"),
            await client.get("/v1/back-room/read?nonsense=1"),
            await client.post("/v1/back-room/do", json={"name": "Broom"}),
            await client.post("/v1/back-room/form", data={"name": "Broom"}),
        ]
    await app.state.resources.close()

    expected = {None: [401] * 4, Role.ADMIN: [200, 400, 200, 200]}.get(role, [403] * 4)
    assert [answer.status_code for answer in answers] == expected


async def test_an_administrator_audits_the_books_and_ends_a_users_sessions(
    face: Face, sign_in: SignIn
) -> None:
    clerk = face.signed_in(await sign_in(Role.CLERK))
    user_id = (await clerk.call("get_me"))["user"]["id"]
    found = await face.call("list_all_sessions", where={"user_id": {"eq": user_id}})

    await face.call("log_out_user", user_id=user_id)

    assert [session["user_id"] for session in found["data"]] == [user_id]
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await clerk.call("get_me")
    audit = await face.call("get_audit")
    assert audit["differences"] == []
    assert audit["checks"] > 5
