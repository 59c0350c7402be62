"""What is announced of pictures."""

from dataclasses import dataclass

from api.domain.events import Event


@dataclass(frozen=True, slots=True)
class ItemImagesChanged(Event):
    """The images of an item are others, or in another order."""

    name = "item.images_changed"
    upload_ids: list[str]
