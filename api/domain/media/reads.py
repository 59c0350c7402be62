"""The rows of pictures as both faces send them, and the statements that read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import false, func, or_

from api.domain.actors import Actor, Permission
from api.domain.catalog import reads as catalog
from api.domain.conditions import Applied, Condition, equals, one_of, parameter
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.media.addresses import addresses
from api.domain.media.commands import ImageSize
from api.domain.media.models import ImageFormat
from api.domain.media.models import Upload as U
from api.domain.media.pictures import LARGE, SMALL, fitted
from api.domain.scope import Scope
from api.domain.selecting import Source

Address = Annotated[
    str,
    Field(
        description="Needs no credentials, and is good for half an hour at least.",
        examples=["/v1/uploads/upload_.../content?until=1795370400&signature=fff072ad243a"],
    ),
]


@dataclass(slots=True)
class Thumbnail:
    """A picture made smaller, in WebP."""

    width: int
    height: int
    url: Address


@dataclass(slots=True)
class Upload:
    """A picture: an image of an item, somebody's avatar, or waiting to be one until it expires."""

    id: Id
    item_id: Id | None
    avatar_of: Annotated[Id | None, Field(examples=[None])]
    file_name: Annotated[str, Field(examples=["chair.jpg"])]
    alt: Annotated[str | None, Field(examples=["An oak chair, seen from the left"])]
    format: ImageFormat
    width: int
    height: int
    size: int
    expires_at: datetime | None
    created_at: datetime
    url: Address = ""
    thumbnails: list[Thumbnail] = field(default_factory=list)


@dataclass(slots=True)
class ItemImages:
    """The images of an item, in the order in which they are shown."""

    item_id: Id
    images: list[Upload]


@dataclass(slots=True)
class Stored:
    """What is known of the files of a picture."""

    id: Id
    file_name: str
    format: ImageFormat
    size: int
    small_size: int
    large_size: int
    content_hash: str


UPLOAD = Source(Upload, U)
STORED = Source(Stored, U)
_LIVE = Condition("live", or_(U.expires_at.is_(None), U.expires_at > func.clock_timestamp()))
_LIVES = _LIVE({})
_MY_OWN = or_(*(column == parameter("me", column) for column in (U.uploaded_by, U.avatar_of)))
_MINE = Condition("me", _MY_OWN)
_MINE_OR_SHOWN = Condition("me", or_(_MY_OWN, U.item_id.is_not(None)))
_NONE = Condition("none", false(), lambda _: {})
_BY_ID = one_of("ids", U.id)
_OF_ITEMS = one_of("item_ids", U.item_id)
_OF_USERS = one_of("user_ids", U.avatar_of)
_OF_ITEM = equals("item_id", U.item_id)


def visible(actor: Actor) -> list[Applied]:
    """The caller's row rule: pictures of the catalog for its readers, one's own avatar, and what
    one has sent; an administrator sees all. What has expired nobody sees.
    """
    if actor.may(Permission.USERS_WRITE):
        return [_LIVES]
    if actor.user_id is None:
        return [_NONE(None)]
    mine = _MINE_OR_SHOWN if actor.may(Permission.CATALOG_READ) else _MINE
    return [_LIVES, mine(actor.user_id)]


async def uploads_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Upload]:
    """The pictures that the caller sees, by id."""
    rows = await UPLOAD.rows(scope, _BY_ID(ids), *visible(scope.actor))
    return {row.id: row for row in _addressed(scope, rows)}


async def upload(scope: Scope, id: Id) -> Upload:
    """One picture."""
    found = await uploads_by_id(scope, [id])
    if id not in found:
        raise unknown_upload(id)
    return found[id]


async def stored(scope: Scope, id: Id, *, admitted: bool) -> Stored:
    """The files of a picture that the caller sees, or is admitted to."""
    rule = [_LIVES] if admitted else visible(scope.actor)
    found = await STORED.rows(scope, _BY_ID([id]), *rule)
    if not found:
        raise unknown_upload(id)
    return found[0]


async def images_of_items(scope: Scope, ids: Sequence[Id]) -> dict[Id, list[Upload]]:
    """The images of each item, in order."""
    found: dict[Id, list[Upload]] = {id: [] for id in ids}
    rows = await UPLOAD.rows(scope, _OF_ITEMS(ids), order_by=(U.position,))
    for row in _addressed(scope, rows):
        found[row.item_id or Id("")].append(row)
    return found


async def avatars_of_users(scope: Scope, ids: Sequence[Id]) -> dict[Id, Upload]:
    """The avatars of those who have one."""
    rows = _addressed(scope, await UPLOAD.rows(scope, _OF_USERS(ids)))
    return {row.avatar_of: row for row in rows if row.avatar_of is not None}


async def item_images(scope: Scope, ref: Id) -> ItemImages:
    """The images of one item."""
    item = await catalog.item(scope, ref)
    rows = await UPLOAD.rows(scope, _OF_ITEM(item.id), order_by=(U.position,))
    return ItemImages(item.id, list(_addressed(scope, rows)))


def unknown_upload(id: Id) -> NotFound:
    """The refusal of an id that leads to no picture, or to none that the caller sees."""
    return NotFound(f"There is no upload {id}.", id)


def _addressed(scope: Scope, rows: Iterable[Upload]) -> Iterable[Upload]:
    for row in rows:
        at = addresses(scope.keyring, row.id)
        row.url = at[ImageSize.FULL]
        row.thumbnails = [
            Thumbnail(*fitted(row.width, row.height, side), at[size])
            for size, side in ((ImageSize.SMALL, SMALL), (ImageSize.LARGE, LARGE))
        ]
        yield row
