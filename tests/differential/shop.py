"""A small shop with one of everything: trees, gaps, open and finished business, every caller."""

import random
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pydantic import SecretStr

from api.database import Database
from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts import tokens
from api.domain.accounts.commands import CreateApiKey, CreateUser
from api.domain.actors import PERMISSIONS, SYSTEM, Actor, Role
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateCategory, CreateItem
from api.domain.customers import service as customers
from api.domain.customers.commands import CreateCustomer
from api.domain.fields import Id
from api.domain.keyring import Keyring
from api.domain.locations import service as locations
from api.domain.locations.commands import CreateLocation
from api.domain.media import service as media
from api.domain.media.commands import AddItemImages, CreateUpload, SetAvatar
from api.domain.media.pictures import SentFile
from api.domain.operations import AnyOperation, Key
from api.domain.orders import service as orders
from api.domain.orders.commands import CancelOrder, FulfillOrder, PlaceOrder
from api.domain.scope import Scope, Terms
from api.domain.stock import commands as moves
from api.domain.stock import service as stock
from api.domain.surroundings import Surroundings
from api.domain.trusted import service as trusted
from api.domain.trusted.commands import PushTrustedDocuments, id_of
from api.settings import Settings
from tests.sign_ins import session_of
from tests.uploads.pictures import picture

SHELVES = {"seating": None, "chairs": "seating", "stools": "seating", "bar": "stools", "rest": None}
PLACES = {"YARD": None, "MAIN": "YARD", "AISLE-1": "MAIN", "NORTH": None, "SHOP": None}
WOODS = ["Oak", "Ash", "Élan", 'Walnut "dark"', "Pine\u2028soft", "柏", "Beech <b>&"]
KEYS = {
    "key that reads the catalog": (Role.ADMIN, ["catalog:read"]),
    "key that reads orders": (Role.CLERK, ["catalog:read", "orders:read", "profile:read"]),
    "key that reads stock": (Role.MANAGER, ["stock:read", "catalog:read"]),
}
DOCUMENTS = ["query Here { me { permissions } }", "query There { items { nodes { sku } } }"]
NOBODY, STRANGER = "nobody", "a stranger"


@dataclass
class Callers:
    """Who may ask; a user has a new token for each question, since tokens do not last."""

    keyring: Keyring
    users: dict[str, tuple[Id, Id]] = field(default_factory=dict)
    """The user and the session of each."""
    keys: dict[str, str] = field(default_factory=dict)
    unlisted: dict[str, list[str]] = field(default_factory=dict)
    """The ids of what no list shows, by what it is."""

    @property
    def owner(self) -> Actor:
        """Who sees everything."""
        user, session = self.users["admin"]
        return Actor(user, Role.ADMIN, PERMISSIONS[Role.ADMIN], session_id=session)

    @property
    def names(self) -> list[str]:
        return [NOBODY, STRANGER, *self.users, *self.keys]

    def authorization(self, name: str) -> str | None:
        """What the caller sends to say who it is."""
        if name == NOBODY:
            return None
        if name == STRANGER:
            return "Bearer nothing-of-ours"
        if name in self.keys:
            return f"Bearer {self.keys[name]}"
        return f"Bearer {tokens.sign(self.keyring, *self.users[name])}"


@dataclass
class Founder:
    """Moves a shop in, the same things each time under ids of their own."""

    database: Database
    keyring: Keyring
    surroundings: Surroundings
    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    steps: int = 0

    async def open(self) -> Callers:
        """Move in, sell, and hire; gives who may ask."""
        shelves = await self._tree(SHELVES, self._shelf)
        places = await self._tree(PLACES, self._place)
        items = [await self._item(n, shelves) for n in range(18)]
        for n, item in enumerate(items):
            if n % 6 != 5:
                await self._stock(n, item, places)
        buyers = [await self._buyer(n) for n in range(4)]
        for n in range(14):
            await self._order(n, items, buyers)
        await self._do(catalog.archive_item, items[5], version=1)
        await self._do(locations.archive_location, places["SHOP"], version=1)
        callers = await self._hire(buyers)
        callers.unlisted = await self._equip(callers.owner, items)
        return callers

    async def _do(
        self, operation: Any, *args: Any, by: Actor = SYSTEM, version: int | None = None
    ) -> Any:
        declared: AnyOperation = operation
        self.steps += 1
        key = None if declared.key is Key.REFUSED else f"differential-{self.steps}"
        scope = Scope(self.database, by, self.keyring, surroundings=self.surroundings)
        try:
            return await scope.run(declared, *args, terms=Terms(key, (version,) if version else ()))
        finally:
            await scope.close()

    async def _tree(self, names: dict[str, str | None], make: Any) -> dict[str, Id]:
        made: dict[str, Id] = {}
        for name, parent in names.items():
            made[name] = await make(name, made[parent] if parent else None)
        return made

    async def _shelf(self, slug: str, parent: Id | None) -> Id:
        command = CreateCategory(name=slug.title(), slug=slug, parent_id=parent)
        return Id((await self._do(catalog.create_category, command)).id)

    async def _place(self, code: str, parent: Id | None) -> Id:
        values: dict[str, Any] = {"code": code, "name": code.title(), "parent_id": parent}
        values["holds_stock"] = code not in ("YARD", "SHOP")
        command = CreateLocation.model_validate(values)
        return Id((await self._do(locations.create_location, command)).id)

    async def _item(self, n: int, shelves: dict[str, Id]) -> Id:
        priced = n % 7 != 3
        values: dict[str, Any] = {
            "sku": f"THING-{n:02}",
            "name": f"{WOODS[n % len(WOODS)]} thing {n}",
            "category_id": None if n % 5 == 4 else list(shelves.values())[n % 5],
            "price": {"amount": f"{n * 3 + 1}.{n % 10}", "currency": "EUR"} if priced else None,
            "track_stock": n % 6 != 5,
            "attributes": {"wood": WOODS[n % len(WOODS)], "legs": n, "round": n % 2 == 0}
            if n % 3
            else {},
            "barcode": f"40000{n:08}" if n % 2 else None,
            "description": "Two\nlines" if n % 4 == 1 else None,
            "allow_backorder": n % 3 == 0,
            "backorder_limit": 50 if n % 6 == 0 else None,
        }
        return Id((await self._do(catalog.create_item, CreateItem.model_validate(values))).id)

    async def _stock(self, n: int, item: Id, places: dict[str, Id]) -> None:
        for code in ["MAIN", "AISLE-1", "NORTH"][: n % 4]:
            what: dict[str, Any] = {"item_id": item, "location_id": places[code]}
            cost = {"amount": "1.2345", "currency": "EUR"} if n % 2 else None
            arrived = what | {"quantity": 20 + n, "unit_cost": cost, "reference": f"note:{n}"}
            delivery = moves.ReceiveStock.model_validate(arrived)
            await self._do(stock.receive_stock, delivery)
            if n % 4 == 3:
                less = moves.AdjustStock.model_validate(what | {"delta": -2, "reason": "Broken"})
                posting = await self._do(stock.adjust_stock, less)
                await self._do(stock.reverse_posting, posting.id, moves.ReversePosting())
            if n % 5 == 2:
                damaged = {"quantity": 1, "from_bucket": "AVAILABLE", "to_bucket": "DAMAGED"}
                await self._do(stock.move_stock, moves.MoveStock.model_validate(what | damaged))

    async def _buyer(self, n: int) -> Id:
        email = f"buyer{n}@example.com" if n % 2 else None
        command = CreateCustomer(name=f"Buyer {n}", email=email, external_ref=f"B{n}")
        return Id((await self._do(customers.create_customer, command)).id)

    async def _order(self, n: int, items: list[Id], buyers: list[Id]) -> None:
        priced = [item for k, item in enumerate(items) if k % 7 != 3 and (k % 4 or k % 3 == 0)]
        wanted = self.chance.sample(priced, 1 + n % 4)
        lines = [{"item_id": item, "quantity": 1 + n % 3} for item in wanted]
        buyer = buyers[n % 4] if n % 5 else None
        values: dict[str, Any] = {
            "lines": lines,
            "customer_id": buyer,
            "external_ref": f"O{n}",
            "source": "web",
        }
        values |= {"note": "Ring twice"} if n % 3 else {"discount": {"percent": "0.1"}}
        placed = PlaceOrder.model_validate(values | {"allow_partial": True})
        order = await self._do(orders.place_order, placed)
        if n % 3 == 0:
            await self._do(orders.fulfill_order, order.id, FulfillOrder(tracking=f"T{n}"))
        elif n % 5 == 1:
            await self._do(orders.cancel_order, order.id, CancelOrder(reason="Too late"))

    async def _equip(self, owner: Actor, items: list[Id]) -> dict[str, list[str]]:
        """Store documents, and hang up pictures; some of them are in use."""
        push = PushTrustedDocuments(texts=DOCUMENTS)
        await self._do(trusted.push_trusted_documents, push, by=owner)
        uploads = []
        for color in ("brown", "white", "teal", "navy"):
            content = picture(color=color)
            sent = [SentFile(f"{color}.png", len(content), BytesIO(content))]
            said = CreateUpload(alt=f"In {color}")
            uploads.append((await self._do(media.create_upload, sent, said, by=owner)).id)
        shown = AddItemImages(upload_ids=uploads[:2])
        await self._do(media.add_item_images, items[0], shown, by=owner)
        await self._do(media.set_avatar, SetAvatar(upload_id=uploads[2]), by=owner)
        return {"upload": uploads, "trustedDocument": [id_of(text) for text in DOCUMENTS]}

    async def _hire(self, buyers: list[Id]) -> Callers:
        callers = Callers(self.keyring)
        for name, role, buyer in [
            *((role.value.lower(), role, None) for role in Role),
            ("customer who bought", Role.CUSTOMER, buyers[1]),
        ]:
            command = CreateUser(
                email=f"{name.replace(' ', '.')}@example.com",
                name=name.title(),
                role=role,
                password=SecretStr("correct horse battery"),
                customer_id=buyer,
            )
            user = await self._do(accounts.create_user, command)
            scope = Scope(self.database, SYSTEM, self.keyring)
            callers.users[name] = (user.id, await session_of(scope, user.id))
        for name, (role, scopes) in KEYS.items():
            owner = Actor(callers.users[role.value.lower()][0], role, PERMISSIONS[role])
            made = CreateApiKey(name=name, scopes=scopes)
            created = await self._do(accounts.create_api_key, made, by=owner)
            callers.keys[name] = created.secret
        return callers


async def opened(settings: Settings) -> Callers:
    """The callers of a new shop on an empty database."""
    resources = Resources.of(settings)
    try:
        founder = Founder(resources.database, resources.keyring, resources.surroundings)
        return await founder.open()
    finally:
        await resources.database.close()
