"""Upload, its thumbnails, and the images of an item."""

from api.domain.media import reads
from graphql_schema.catalog.types import Item
from graphql_schema.outputs import Node, link, output


@output
class Thumbnail(reads.Thumbnail):
    pass


@output
class Upload(reads.Upload, Node):
    thumbnails: list[Thumbnail]  # type: ignore[assignment]  # the same rows
    item: Item | None = link()


@output
class ItemImages(reads.ItemImages):
    images: list[Upload]  # type: ignore[assignment]  # the same rows
    item: Item | None = link()
