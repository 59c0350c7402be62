"""A picture whose command is tried again, as after a deadlock."""

from io import BytesIO

from api.domain.media.pictures import SentFile, redrawn
from tests.uploads.pictures import picture


async def test_a_picture_can_be_drawn_a_second_time_from_the_same_file() -> None:
    content = picture()
    file = SentFile("chair.png", len(content), BytesIO(content))

    assert await redrawn(file, "ann") == await redrawn(file, "ann")
