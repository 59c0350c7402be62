"""Who sends many pictures at once does not keep the others from theirs."""

import asyncio
from io import BytesIO

import pytest

from api.domain.errors import RateLimited
from api.domain.media.pictures import MOST_OF_ONE, Picture, SentFile, redrawn
from tests.uploads.pictures import picture


async def drawn(sender: str) -> Picture:
    content = picture("PNG", (900, 900))
    return await redrawn(SentFile("a.png", len(content), BytesIO(content)), sender)


async def test_one_sender_has_a_few_places_and_the_others_have_theirs() -> None:
    bens = [asyncio.create_task(drawn("ben")) for _ in range(MOST_OF_ONE)]
    await asyncio.sleep(0)

    with pytest.raises(RateLimited):
        await drawn("ben")
    anns = await drawn("ann")

    assert {made.width for made in [anns, *await asyncio.gather(*bens)]} == {900}
    assert (await drawn("ben")).width == 900, "once his own are drawn"
