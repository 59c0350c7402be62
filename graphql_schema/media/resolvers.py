"""The root fields of pictures; the files themselves go over REST."""

import strawberry

from api.domain.media import service as media
from graphql_schema.accounts.types import User
from graphql_schema.commands import mutation, query
from graphql_schema.media.types import ItemImages, Upload


@strawberry.type
class MediaQueries:
    upload = query(media.get_upload, Upload)
    item_images = query(media.get_item_images, ItemImages)


@strawberry.type
class MediaMutations:
    add_item_images = mutation(media.add_item_images, ItemImages)
    arrange_item_images = mutation(media.arrange_item_images, ItemImages)
    remove_item_image = mutation(media.remove_item_image, ItemImages)
    set_avatar = mutation(media.set_avatar, Upload)
    remove_avatar = mutation(media.remove_avatar, User)
