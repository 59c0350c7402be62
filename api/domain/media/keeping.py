"""Files of pictures: stored before the row that shows them, removed after it is gone.

A crash in between leaves a file that nobody sees, never a row without its file.
"""

import re
import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import ARRAY, ColumnElement, DateTime, any_, bindparam, delete, func, select

from api.domain.actors import Permission
from api.domain.conditions import parameter
from api.domain.errors import Conflict
from api.domain.fields import Id, new_id
from api.domain.media import pictures
from api.domain.media.commands import ImageSize
from api.domain.media.models import ImageFormat, Upload
from api.domain.media.pictures import Picture, SentFile
from api.domain.media.reads import Stored
from api.domain.operations import Key, Kind, Operation
from api.domain.scope import Scope
from api.domain.selecting import wire
from api.domain.statements import Statement
from api.domain.storing import Files

MOST_WAITING = 50
"""How many pictures of one user may wait to be used."""
CLEARED_AT_ONCE = 20
STRAYS_AFTER = timedelta(hours=1)
"""A file without a picture may be of one that is about to be written."""
LONGEST_NAME = 255
_WAITING = Statement(
    select(func.count()).where(
        Upload.uploaded_by == parameter("user_id", Upload.uploaded_by),
        Upload.expires_at > func.clock_timestamp(),
    )
)
_EXPIRED = (
    select(Upload.id)
    .where(Upload.expires_at < func.clock_timestamp())
    .limit(CLEARED_AT_ONCE)
    .with_for_update(skip_locked=True)  # those of a command under way are passed over
)
_CLEAR = Statement(delete(Upload).where(Upload.id.in_(_EXPIRED)).returning(wire(Upload.id)))
_KNOWN = Statement(
    select(wire(Upload.id)).where(Upload.id == any_(bindparam("ids", type_=ARRAY(Upload.id.type))))
)
_OURS = re.compile(r"[0-9a-f]{2}/([0-9a-f]{32})\.(full|small|large)").fullmatch


def in_a_day() -> ColumnElement[datetime]:
    """When a picture that nobody uses is gone, by the database's clock."""
    return func.clock_timestamp(type_=DateTime(timezone=True)) + timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Content:
    """A file of a picture, to be sent; holds no connection."""

    files: Files
    key: str
    name: str
    format: ImageFormat
    size: int
    tag: str

    async def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """These bytes of it, in pieces."""
        return await self.files.read(self.key, start, end)


def content_of(scope: Scope, stored: Stored, size: ImageSize) -> Content:
    """The file of a picture in one of its sizes."""
    sizes = {
        ImageSize.FULL: stored.size,
        ImageSize.SMALL: stored.small_size,
        ImageSize.LARGE: stored.large_size,
    }
    format = stored.format if size is ImageSize.FULL else ImageFormat.WEBP
    stem = stored.file_name.rpartition(".")[0] or stored.file_name
    name = f"{stem}.{format.lower()}"
    tag = f"{stored.content_hash}-{size}"
    return Content(scope.surroundings.files, _key(stored.id, size), name, format, sizes[size], tag)


@asynccontextmanager
async def kept(
    scope: Scope, files: Sequence[SentFile], alt: str | None
) -> AsyncIterator[list[Upload]]:
    """What was sent as rows that are not written yet, its files stored; what fails within removes
    them again. No connection is held meanwhile.
    """
    await _refuse_hoard(scope, len(files))
    await scope.let_go()
    stored: list[str] = []
    try:
        rows = [await _kept(scope, file, alt, stored) for file in files]
        await clear(scope)  # with which the command begins anew
        yield rows
    except Exception:
        await scope.surroundings.files.remove(stored)
        raise


async def clear(scope: Scope) -> int:
    """Delete some pictures that have expired, and their files once that is committed."""
    gone = [Id(row[0]) for row in await scope.write(_CLEAR, {})]
    if gone:
        keys = [_key(id, size) for id in gone for size in ImageSize]
        scope.afterwards(partial(scope.surroundings.files.remove, keys))
    return len(gone)


async def _strays(scope: Scope) -> list[str]:
    """The keys of files that no picture has, put there so long ago that none will."""
    before, found = datetime.now(UTC) - STRAYS_AFTER, list[str]()
    async for listed in scope.surroundings.files.listed():
        ours = {key: match for key, put_at in listed if put_at < before if (match := _OURS(key))}
        ids = [Id(f"upload_{match[1]}") for match in ours.values()]
        known = {row[0] for row in await scope.read(_KNOWN, {"ids": ids})}
        found += [key for key, id in zip(ours, ids, strict=True) if id not in known]
    return found


clear_expired = Operation[int](
    "clear_expired", Kind.COMMAND, Permission.CATALOG_WRITE, Key.OPTIONAL, False, clear
)
find_strays = Operation[list[str]](
    "find_strays", Kind.QUERY, Permission.CATALOG_WRITE, Key.OPTIONAL, False, _strays
)


async def _refuse_hoard(scope: Scope, more: int) -> None:
    """Who only sends and never uses is told to stop."""
    [[waiting]] = await scope.read(_WAITING, {"user_id": scope.actor.user_id})
    if waiting + more > MOST_WAITING:
        raise Conflict(
            f"{waiting} pictures of yours wait to be used, of {MOST_WAITING} at most: use them, or"
            " let them expire."
        )


async def _kept(scope: Scope, file: SentFile, alt: str | None, stored: list[str]) -> Upload:
    picture = await pictures.redrawn(file, scope.actor.user_id or "")
    id = new_id("upload")
    if not scope.only_tries:
        for size, content in _files_of(picture).items():
            stored.append(_key(id, size))
            await scope.surroundings.files.put(stored[-1], content)
    return Upload(
        id=id,
        uploaded_by=scope.actor.user_id,
        file_name=plain_name(file.name),
        alt=alt,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        size=len(picture.full),
        small_size=len(picture.small),
        large_size=len(picture.large),
        content_hash=picture.content_hash,
    )


def _files_of(picture: Picture) -> dict[ImageSize, bytes]:
    return {
        ImageSize.FULL: picture.full,
        ImageSize.SMALL: picture.small,
        ImageSize.LARGE: picture.large,
    }


def plain_name(name: str) -> str:
    """The name of a file as text to be read: no folders, nothing that does not show."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        char for char in last if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    return shown.strip(" .")[-LONGEST_NAME:].strip(" .") or "picture"


def _key(id: Id, size: ImageSize) -> str:
    """Made of the id alone, spread over 256 folders."""
    hex = id.removeprefix("upload_")
    return f"{hex[-2:]}/{hex}.{size}"
