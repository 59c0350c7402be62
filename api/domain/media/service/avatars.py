"""Pictures by which users are known; everyone chooses their own."""

from collections.abc import Sequence

from sqlalchemy import select

from api.domain.accounts import models as accounts
from api.domain.accounts import reads as users
from api.domain.accounts.reads import User
from api.domain.actors import Permission
from api.domain.errors import Unauthenticated
from api.domain.fields import Id
from api.domain.media import reads
from api.domain.media.commands import CreateUpload, SetAvatar
from api.domain.media.keeping import kept
from api.domain.media.models import Upload as Row
from api.domain.media.pictures import SentFile
from api.domain.media.reads import Upload
from api.domain.media.using import release, waiting
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope


@operation(Kind.COMMAND, Permission.PROFILE_WRITE, key=Key.REFUSED)
async def set_avatar(scope: Scope, command: SetAvatar) -> Upload:
    """Be known by a picture; the one before it is gone."""
    me = _me(scope)
    known = await _avatar_of(scope, me)
    if known is not None and known.id == command.upload_id:
        return await reads.upload(scope, known.id)
    [row] = await waiting(scope, [command.upload_id])
    return await _known_by(scope, me, known, row)


@operation(Kind.UPLOAD, Permission.PROFILE_WRITE, key=Key.REFUSED)
async def upload_avatar(scope: Scope, files: Sequence[SentFile], command: CreateUpload) -> Upload:
    """The same with the picture itself."""
    me = _me(scope)
    async with kept(scope, files, command.alt) as [row]:
        known = await _avatar_of(scope, me)
        return await _known_by(scope, me, known, row)


@operation(Kind.COMMAND, Permission.PROFILE_WRITE, key=Key.REFUSED)
async def remove_avatar(scope: Scope) -> User:
    """Be known by no picture."""
    me = _me(scope)
    if (known := await _avatar_of(scope, me)) is not None:
        release(known)
        await scope.session.flush()
    return await users.user(scope, me)


def _me(scope: Scope) -> Id:
    if scope.actor.user_id is None:
        raise Unauthenticated("Sign in first: send a bearer token or an API key.")
    return scope.actor.user_id


async def _avatar_of(scope: Scope, me: Id) -> Row | None:
    """The picture, which nobody else changes until this command ends."""
    user = accounts.User
    await scope.fetch(select(user.id).where(user.id == me).with_for_update(key_share=True))
    return (await scope.session.scalars(select(Row).where(Row.avatar_of == me))).one_or_none()


async def _known_by(scope: Scope, me: Id, before: Row | None, row: Row) -> Upload:
    if before is not None:
        release(before)
        await scope.session.flush()  # a user has one at a time
    row.avatar_of, row.expires_at = me, None
    scope.session.add(row)
    await scope.session.flush()
    return await reads.upload(scope, row.id)
