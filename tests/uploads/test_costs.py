"""Pictures are paid for by their pixels."""

from io import BytesIO

from api.domain.media.pictures import PIXELS_A_POINT, cost_of
from tests.uploads.pictures import picture


async def test_a_picture_that_was_looked_at_before_costs_as_much() -> None:
    file = BytesIO(picture(size=(400, 200)))
    file.read()

    assert await cost_of(file) == 1 + 400 * 200 // PIXELS_A_POINT
