"""/v1/uploads, /v1/items/{item_id}/images and /v1/me/avatar."""

from typing import Annotated

from fastapi import Form, Header, Query, Request, Response

from api.deps import ScopeDep
from api.domain.accounts.reads import User
from api.domain.errors import Conflict, Duplicate, NotFound
from api.domain.fields import ItemRef, UploadId
from api.domain.media import service as media
from api.domain.media.commands import AddItemImages, ArrangeItemImages, SetAvatar
from api.domain.media.reads import ItemImages, Upload
from rest.doors import ReaderDep, WriterDep
from rest.problems import refusals
from rest.receiving import FORM, or_form
from rest.routes import area
from rest.uploads.schemas import ContentQuery, ImagesForm, UploadForm
from rest.uploads.serving import PICTURE, served

uploads = area("/uploads", "uploads")
images = area("/items/{item_id}/images", "uploads")
avatar = area("/me/avatar", "uploads")


@uploads.post("", status_code=201, responses=refusals(Conflict))
async def create_upload(
    writer: WriterDep, form: Annotated[UploadForm, Form(media_type=FORM)]
) -> Upload:
    """Send a picture, to be used by its id within a day."""
    return await writer.run(media.create_upload, form.sent, form.command)


@uploads.get("/{upload_id}", responses=refusals(NotFound))
async def get_upload(reader: ReaderDep, upload_id: UploadId) -> Upload:
    """One picture; one that is not in use its sender alone sees."""
    return await reader.run(media.get_upload, upload_id)


@uploads.get(
    "/{upload_id}/content", responses=refusals(NotFound) | PICTURE, response_class=Response
)
async def open_upload(
    scope: ScopeDep,
    request: Request,
    upload_id: UploadId,
    query: Annotated[ContentQuery, Query()],
    range: Annotated[str | None, Header(description="The part wanted: `bytes=0-1023`.")] = None,
) -> Response:
    """The picture itself, for who may see it, or comes with an address that we gave."""
    content = await scope.run(media.open_upload, upload_id, query.size, query.ticket)
    return await served(content, request)


async def upload_item_images(
    writer: WriterDep, item_id: ItemRef, form: Annotated[ImagesForm, Form(media_type=FORM)]
) -> ItemImages:
    """The same with the pictures themselves."""
    return await writer.run(media.upload_item_images, item_id, form.sent, form.command)


@images.get("", responses=refusals(NotFound))
async def get_item_images(reader: ReaderDep, item_id: ItemRef) -> ItemImages:
    """The images of an item, in the order in which they are shown."""
    return await reader.run(media.get_item_images, item_id)


@images.post("", status_code=201, responses=refusals(NotFound, Conflict, Duplicate))
@or_form(upload_item_images)
async def add_item_images(
    writer: WriterDep, item_id: ItemRef, command: AddItemImages
) -> ItemImages:
    """Show an item by more pictures: by the ids of uploads, or with a form of files."""
    return await writer.run(media.add_item_images, item_id, command)


@images.put("", responses=refusals(NotFound, Conflict))
async def arrange_item_images(
    writer: WriterDep, item_id: ItemRef, command: ArrangeItemImages
) -> ItemImages:
    """Show the images of an item in another order."""
    return await writer.run(media.arrange_item_images, item_id, command)


@images.delete("/{upload_id}", responses=refusals(NotFound))
async def remove_item_image(writer: WriterDep, item_id: ItemRef, upload_id: UploadId) -> ItemImages:
    """Show an item by this picture no longer."""
    return await writer.run(media.remove_item_image, item_id, upload_id)


async def upload_avatar(
    writer: WriterDep, form: Annotated[UploadForm, Form(media_type=FORM)]
) -> Upload:
    """The same with the picture itself."""
    return await writer.run(media.upload_avatar, form.sent, form.command)


@avatar.put("", responses=refusals(NotFound, Conflict))
@or_form(upload_avatar)
async def set_avatar(writer: WriterDep, command: SetAvatar) -> Upload:
    """Be known by a picture: by the id of an upload, or with a form of a file."""
    return await writer.run(media.set_avatar, command)


@avatar.delete("", responses=refusals())
async def remove_avatar(writer: WriterDep) -> User:
    """Be known by no picture."""
    return await writer.run(media.remove_avatar)
