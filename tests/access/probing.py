"""Somebody else's rows, asked for in every way there is: the answer must be the one about rows that
never were.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.domain.actors import PERMISSIONS, Permission, Role
from api.domain.operations import OPERATIONS, Key
from tests.access.customers import Owner
from tests.conftest import SignIn
from tests.faces import Face, Refused
from tests.factories import unique

Ids = dict[str, str]
Way = tuple[str, Callable[[Ids], dict[str, Any]]]
NEVER = "0" * 31


def _where(operation: str, where: Callable[[Ids], Any]) -> Way:
    return operation, lambda ids: {"where": where(ids), "count": True}


def _by(argument: str, operation: str, thing: str, **more: Any) -> Way:
    return operation, lambda ids: {argument: ids[thing], **more}


TRIED: dict[str, Any] = {"validate_only": True}
"""Only for what would otherwise be kept under the caller's own name."""
WAYS: Sequence[Way] = (
    _by("order_id", "get_order", "order"),
    _by("upload_id", "get_upload", "upload"),
    _by("user_id", "get_user", "user"),
    _by("customer_id", "get_customer", "customer"),
    _by("session_id", "revoke_session", "session"),
    _by("api_key_id", "revoke_api_key", "key"),
    _by("upload_id", "set_avatar", "upload", **TRIED),
    _by("order_id", "cancel_order", "order"),
    _by("order_id", "fulfill_order", "order"),
    _by("order_id", "allocate_order", "order"),
    _by("user_id", "disable_user", "user"),
    _by("user_id", "log_out_user", "user"),
    _by("customer_id", "update_customer", "customer", name="Mine", expected_version=1),
    _where("list_orders", lambda ids: {"id": {"eq": ids["order"]}}),
    _where("list_orders", lambda ids: {"id": {"in": [ids["order"]]}}),
    _where("list_orders", lambda ids: {"customer_id": {"eq": ids["customer"]}}),
    _where("list_orders", lambda ids: {"customer": {"id": {"eq": ids["customer"]}}}),
    _where("list_orders", lambda ids: {"OR": [{"id": {"eq": ids["order"]}}, {"id": {"in": []}}]}),
    _where("list_orders", lambda ids: {"NOT": {"NOT": {"id": {"eq": ids["order"]}}}}),
    _where("list_orders", lambda ids: {"lines": {"some": {"id": {"eq": ids["line"]}}}}),
    _where("list_orders", lambda ids: {"customer_id": {"nin": [ids["customer"]]}}),
    _where("list_fulfillments", lambda ids: {"id": {"eq": ids["fulfillment"]}}),
    _where("list_fulfillments", lambda ids: {"order_id": {"in": [ids["order"]]}}),
    _where("list_fulfillments", lambda ids: {"order": {"customer_id": {"eq": ids["customer"]}}}),
    _where("list_sessions", lambda ids: {"id": {"eq": ids["session"]}}),
    _where("list_sessions", lambda ids: {"user_id": {"eq": ids["user"]}}),
    _where("list_api_keys", lambda ids: {"id": {"eq": ids["key"]}}),
    _where("list_users", lambda ids: {"id": {"eq": ids["user"]}}),
    ("place_order", lambda ids: {"customer_id": ids["customer"], "lines": _lines(ids)}),
    (
        "order_bulk_place",
        lambda ids: {"items": [{"customer_id": ids["customer"], "lines": _lines(ids)}]},
    ),
)


PRIVATE: Sequence[Way] = (
    _by("session_id", "revoke_session", "session"),
    _by("api_key_id", "revoke_api_key", "key"),
    _by("upload_id", "set_avatar", "upload", **TRIED),
    _where("list_sessions", lambda ids: {"id": {"eq": ids["session"]}}),
    _where("list_api_keys", lambda ids: {"id": {"eq": ids["key"]}}),
    (
        "add_item_images",
        lambda ids: {"item_id": "sku:nothing", "upload_ids": [ids["upload"]], **TRIED},
    ),
)
"""What even those who see all orders must not be told of; whoever keeps users sees pictures too."""


def _lines(ids: Ids) -> list[dict[str, Any]]:
    return [{"item_id": "sku:nothing", "quantity": 1}]


@dataclass(frozen=True)
class Caller:
    """Who asks: a customer, or somebody of the staff, who is no owner."""

    authorization: str
    owner: Owner | None = None


async def callers(rest: Face, sign_in: SignIn, owners: Sequence[Owner]) -> list[Caller]:
    """Keys of every scope that customers and managers can give, and every role of the staff."""
    manager = await sign_in(Role.MANAGER)
    staff = [await sign_in(role) for role in (Role.VIEWER, Role.CLERK)]
    found = [Caller(it) for it in (manager, *staff)]
    for number, scope in enumerate(sorted(PERMISSIONS[Role.MANAGER] - {Permission.PUBLIC})):
        owner = owners[number % len(owners)]
        person = rest.signed_in(manager)
        made = await person.call("create_api_key", name="Sweep", scopes=[str(scope)])
        found.append(Caller(f"Bearer {made['secret']}"))
        if scope in PERMISSIONS[Role.CUSTOMER]:
            mine = rest.signed_in(owner.authorization)
            made = await mine.call("create_api_key", name="Sweep", scopes=[str(scope)])
            found.append(Caller(f"Bearer {made['secret']}", owner))
    return found


@dataclass
class Sweep:
    """What was asked, and what was found that should not have been."""

    faces: Sequence[Face]
    owners: Sequence[Owner]
    chance: random.Random
    keys: Sequence[Caller] = ()
    probes: int = 0
    found: list[str] = field(default_factory=list)

    async def run(self, probes: int) -> None:
        """Ask so often; each probe is somebody, a way, and a thing of somebody else's."""
        for _ in range(probes):
            owner, victim = self.chance.sample(self.owners, 2)
            callers = [it for it in self.keys if it.owner is not victim]
            person = Caller(owner.authorization, owner)
            caller = self.chance.choice(callers) if callers and self.probes % 2 else person
            face = self.chance.choice(self.faces)
            way = self.chance.choice(WAYS if caller.owner else PRIVATE)
            await self._probe(face, caller, victim, way)
            self.probes += 1

    async def _probe(self, face: Face, caller: Caller, victim: Owner, way: Way) -> None:
        operation, args = way
        never = {name: f"{id[:-32]}{NEVER}{len(name) % 10}" for name, id in victim.ids.items()}
        door = face.signed_in(caller.authorization)
        there = await _told(door, operation, args(victim.ids), victim.ids)
        absent = await _told(door, operation, args(never), never)
        leaked = [mark for mark in victim.own if mark in there]
        if there != absent or leaked:
            told = f"{face.name} {operation} {args(victim.ids)}"
            self.found.append(f"{told}\n  told {there}\n  of what never was {absent}")


async def _told(face: Face, operation: str, args: dict[str, Any], ids: Ids) -> str:
    """The answer, in which the ids that were sent are blank."""
    key = {"key": unique("key")} if OPERATIONS[operation].key is Key.REQUIRED else {}
    try:
        answer = json.dumps(await face.call(operation, **args, **key), default=str)
    except Refused as refused:
        answer = str(refused)
    for name, id in ids.items():
        answer = answer.replace(id, name)
    return answer


async def state_of(owner: Owner, rest: Face, faces: Sequence[Face]) -> str:
    """Everything of somebody's, as they and an administrator see it."""
    mine = faces[0].signed_in(owner.authorization)
    seen = [
        await mine.call("get_order", order_id=owner.ids["order"]),
        await mine.call("list_fulfillments"),
        await mine.call("list_sessions"),
        await mine.call("list_api_keys"),
        await mine.call("get_me"),
        await mine.call("get_upload", upload_id=owner.ids["upload"]),
        await rest.call("get_customer", customer_id=owner.ids["customer"]),
    ]
    return json.dumps(seen, sort_keys=True, default=str)
