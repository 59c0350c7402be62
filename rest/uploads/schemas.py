"""The forms in which pictures come, and the query of the address at which they are served."""

from typing import Annotated

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.domain.media.addresses import Ticket
from api.domain.media.commands import CreateUpload, ImageSize
from api.domain.media.pictures import SentFile
from rest.receiving import IMAGES_AT_ONCE


class _Form(CreateUpload):
    model_config = ConfigDict(strict=False)

    @property
    def command(self) -> CreateUpload:
        """What is said of the pictures."""
        return CreateUpload(alt=self.alt)


class UploadForm(_Form):
    """A picture, and what is said of it."""

    file: UploadFile = Field(description="A PNG, JPEG or WebP.", examples=["chair.jpg"])

    @property
    def sent(self) -> list[SentFile]:
        """The picture."""
        return [_sent(self.file)]


class ImagesForm(_Form):
    """Pictures of an item, and what is said of all of them."""

    files: Annotated[
        list[UploadFile],
        Field(
            min_length=1,
            max_length=IMAGES_AT_ONCE,
            description="PNG, JPEG or WebP.",
            examples=[["chair.jpg"]],
        ),
    ]

    @property
    def sent(self) -> list[SentFile]:
        """The pictures."""
        return [_sent(file) for file in self.files]


def _sent(file: UploadFile) -> SentFile:
    return SentFile(file.filename or "", file.size or 0, file.file)


class ContentQuery(BaseModel):
    """Which of a picture's files; what an address of ours says of itself."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    size: ImageSize = Field(ImageSize.FULL, description="The picture itself, or a thumbnail of it.")
    until: int | None = Field(None, ge=0, le=2**40, description="Part of an address that we gave.")
    signature: str | None = Field(
        None, max_length=64, description="Part of an address that we gave."
    )

    @property
    def ticket(self) -> Ticket | None:
        """What admits who sends no credentials."""
        if self.until is None or self.signature is None:
            return None
        return Ticket(self.until, self.signature)
