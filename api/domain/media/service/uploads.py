"""Pictures as they come in and go out."""

from collections.abc import Sequence

from api.domain.actors import Permission
from api.domain.errors import Unauthenticated
from api.domain.fields import Id, ItemRef, UploadId
from api.domain.media import reads
from api.domain.media.addresses import Ticket
from api.domain.media.commands import CreateUpload, ImageSize
from api.domain.media.keeping import Content, content_of, in_a_day, kept
from api.domain.media.pictures import SentFile
from api.domain.media.reads import ItemImages, Upload
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope


@operation(Kind.UPLOAD, Permission.UPLOADS_MANAGE, key=Key.REFUSED)
async def create_upload(scope: Scope, files: Sequence[SentFile], command: CreateUpload) -> Upload:
    """Keep a picture, for a day unless it is put to use."""
    async with kept(scope, files, command.alt) as [row]:
        row.expires_at = in_a_day()
        scope.session.add(row)
        await scope.session.flush()
        return await reads.upload(scope, row.id)


@operation(Kind.QUERY, Permission.UPLOADS_MANAGE)
async def get_upload(scope: Scope, upload_id: UploadId) -> Upload:
    """One picture; one that is not in use its sender alone sees."""
    return await reads.upload(scope, upload_id)


@operation(Kind.BULK, Permission.UPLOADS_MANAGE)
async def uploads_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Upload]:
    """Pictures by their ids."""
    return await reads.uploads_by_id(scope, ids)


@operation(Kind.EXPORT, Permission.PUBLIC)
async def open_upload(
    scope: Scope, upload_id: UploadId, size: ImageSize, ticket: Ticket | None
) -> Content:
    """The file of a picture, for who may see it, or comes with an address that we signed."""
    admitted = ticket is not None and ticket.admits(scope.keyring, upload_id)
    if not admitted and scope.actor.role is None:
        raise Unauthenticated("This address is not good, or no longer: read the picture's `url`.")
    return content_of(scope, await reads.stored(scope, upload_id, admitted=admitted), size)


@operation(Kind.QUERY, Permission.CATALOG_READ)
async def get_item_images(scope: Scope, item_id: ItemRef) -> ItemImages:
    """The images of an item, in the order in which they are shown."""
    return await reads.item_images(scope, item_id)


@operation(Kind.BULK, Permission.CATALOG_READ)
async def images_of_items(scope: Scope, ids: Sequence[Id]) -> dict[Id, list[Upload]]:
    """The images of each item."""
    return await reads.images_of_items(scope, ids)


@operation(Kind.BULK, Permission.PROFILE_READ)
async def avatars_of_users(scope: Scope, ids: Sequence[Id]) -> dict[Id, Upload]:
    """The avatar of each user who has one."""
    return await reads.avatars_of_users(scope, ids)
