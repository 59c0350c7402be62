"""Putting pictures to use, each to one, and taking them out of it."""

from collections.abc import Sequence

from sqlalchemy import func, select

from api.domain.errors import Conflict
from api.domain.fields import Id
from api.domain.media import reads
from api.domain.media.models import Upload
from api.domain.scope import Scope


async def waiting(scope: Scope, ids: Sequence[Id]) -> list[Upload]:
    """Pictures that the caller sees and nobody uses, each once, locked; in the order of `ids`."""
    distinct = list(dict.fromkeys(ids))
    seen = await reads.uploads_by_id(scope, distinct)
    for id in distinct:
        if id not in seen:
            raise reads.unknown_upload(id)
    held = select(Upload).where(Upload.id.in_(distinct)).order_by(Upload.id).with_for_update()
    rows = {row.id: row for row in (await scope.session.scalars(held)).all()}
    for id in distinct:
        if id not in rows or rows[id].expires_at is None:
            raise Conflict(f"The picture {id} is in use: send it again for another.")
    return [rows[id] for id in distinct]


def release(row: Upload) -> None:
    """Take a picture out of use; from this moment on nobody sees it."""
    row.item_id = row.position = row.avatar_of = None
    row.expires_at = func.clock_timestamp()
