"""What can be done with pictures."""

from api.domain.media.service.avatars import remove_avatar, set_avatar, upload_avatar
from api.domain.media.service.item_images import (
    add_item_images,
    arrange_item_images,
    remove_item_image,
    upload_item_images,
)
from api.domain.media.service.uploads import (
    avatars_of_users,
    create_upload,
    get_item_images,
    get_upload,
    images_of_items,
    open_upload,
    uploads_by_id,
)

__all__ = [
    "add_item_images",
    "arrange_item_images",
    "avatars_of_users",
    "create_upload",
    "get_item_images",
    "get_upload",
    "images_of_items",
    "open_upload",
    "remove_avatar",
    "remove_item_image",
    "set_avatar",
    "upload_avatar",
    "upload_item_images",
    "uploads_by_id",
]
