"""The images of items; whoever changes those of one item waits for who does so already."""

from collections.abc import Sequence

from sqlalchemy import select

from api.domain.actors import Permission
from api.domain.catalog import reads as catalog
from api.domain.catalog.models import Item
from api.domain.errors import Conflict, NotFound
from api.domain.fields import Id, ItemRef, UploadId
from api.domain.media import models, reads
from api.domain.media.commands import (
    MAX_IMAGES,
    AddItemImages,
    ArrangeItemImages,
    CreateUpload,
)
from api.domain.media.events import ItemImagesChanged
from api.domain.media.keeping import kept
from api.domain.media.pictures import SentFile
from api.domain.media.reads import ItemImages
from api.domain.media.using import release, waiting
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope
from api.domain.sqlstates import unique

unique("uq_uploads_item_id_content_hash", "file", "The item has this picture already.")


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REFUSED)
async def add_item_images(scope: Scope, item_id: ItemRef, command: AddItemImages) -> ItemImages:
    """Show an item by more pictures, after those that it has; one that it has stays where it is."""
    item = await catalog.item(scope, item_id)
    images = await _images_of(scope, item.id)
    had = {image.id for image in images}
    more = await waiting(scope, [id for id in command.upload_ids if id not in had])
    for row in more:
        row.alt = row.alt or command.alt
    return await _shown(scope, item.id, [*images, *more])


@operation(Kind.UPLOAD, Permission.CATALOG_WRITE, key=Key.REFUSED)
async def upload_item_images(
    scope: Scope, item_id: ItemRef, files: Sequence[SentFile], command: CreateUpload
) -> ItemImages:
    """The same with the pictures themselves: all of them or none."""
    item = await catalog.item(scope, item_id)
    async with kept(scope, files, command.alt) as rows:
        images = await _images_of(scope, item.id)
        scope.session.add_all(rows)
        return await _shown(scope, item.id, [*images, *rows])


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REFUSED)
async def arrange_item_images(
    scope: Scope, item_id: ItemRef, command: ArrangeItemImages
) -> ItemImages:
    """Show the images of an item in another order; each must be named, and no other."""
    item = await catalog.item(scope, item_id)
    images = {image.id: image for image in await _images_of(scope, item.id)}
    if sorted(command.upload_ids) != sorted(images):
        raise Conflict(f"The item has {len(images)} images: name each of them once.")
    return await _shown(scope, item.id, [images[id] for id in command.upload_ids])


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REFUSED)
async def remove_item_image(scope: Scope, item_id: ItemRef, upload_id: UploadId) -> ItemImages:
    """Show an item by this picture no longer; it is gone."""
    item = await catalog.item(scope, item_id)
    images = await _images_of(scope, item.id)
    if upload_id not in {image.id for image in images}:
        raise NotFound(f"The item has no image {upload_id}.", upload_id)
    release(next(image for image in images if image.id == upload_id))
    return await _shown(scope, item.id, [image for image in images if image.id != upload_id])


async def _images_of(scope: Scope, item_id: Id) -> list[models.Upload]:
    """The images of an item in order, which nobody else changes until this command ends."""
    await scope.fetch(select(Item.id).where(Item.id == item_id).with_for_update(key_share=True))
    U = models.Upload
    known = select(U).where(U.item_id == item_id).order_by(U.position)
    return list((await scope.session.scalars(known)).all())


async def _shown(scope: Scope, item_id: Id, images: list[models.Upload]) -> ItemImages:
    if len(images) > MAX_IMAGES:
        raise Conflict(f"An item has {MAX_IMAGES} images at most.")
    for position, image in enumerate(images):
        image.item_id, image.position, image.expires_at = item_id, position, None
    await scope.session.flush()
    scope.announce(ItemImagesChanged(item_id, [image.id for image in images]))
    return await reads.item_images(scope, item_id)
