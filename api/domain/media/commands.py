"""What may be asked of pictures."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.domain.fields import Line, Strict, UploadId

MAX_IMAGES = 20
"""How many an item may have."""
_ALT = "What is to be seen, for who cannot see it."
_SHOWN = ["An oak chair, seen from the left"]
_IDS = [["upload_0199f3a2c0de7a3b8c4d5e6f7a8b9c0d"]]


class CreateUpload(Strict):
    """What is said of a picture that is sent."""

    alt: Line | None = Field(None, description=_ALT, examples=_SHOWN)


class AddItemImages(Strict):
    """Pictures to show an item by, after those that it has."""

    upload_ids: Annotated[list[UploadId], Field(min_length=1, max_length=MAX_IMAGES, examples=_IDS)]
    alt: Line | None = Field(
        None, description=f"{_ALT} For those of which nothing was said yet.", examples=_SHOWN
    )


class ArrangeItemImages(Strict):
    """All images of an item, in the order in which they are to be shown."""

    upload_ids: Annotated[list[UploadId], Field(max_length=MAX_IMAGES, examples=_IDS)]


class SetAvatar(Strict):
    """A picture to be known by."""

    upload_id: UploadId


class ImageSize(StrEnum):
    """The picture itself, or one of its thumbnails."""

    FULL = "full"
    SMALL = "small"
    LARGE = "large"
