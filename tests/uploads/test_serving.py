"""Pictures as browsers are given them."""

import time
from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from api.domain.keyring import Keyring
from api.domain.media.addresses import GOOD_SECONDS, PATH, addresses
from api.domain.media.commands import ImageSize
from tests.conftest import SECRET, SignIn
from tests.faces import RestFace
from tests.factories import an_item
from tests.uploads.pictures import gradient, opened, picture, send_picture


@pytest.fixture
async def upload(rest: RestFace) -> Any:
    return await send_picture(rest, gradient("JPEG", (1600, 1200)))


async def test_an_address_of_ours_shows_the_picture_to_whoever_has_it(
    client: httpx2.AsyncClient, upload: Any
) -> None:
    answer = await client.get(upload["url"])

    assert answer.status_code == 200
    assert opened(answer.content).size == (1600, 1200)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(upload["size"]) == str(len(answer.content))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"].startswith("private, max-age=")


async def test_thumbnails_are_smaller_and_never_larger_than_the_picture(
    client: httpx2.AsyncClient, rest: RestFace, upload: Any
) -> None:
    tiny = await send_picture(rest, picture(size=(3, 200)))
    for shown, sizes in ((upload, [(256, 192), (1024, 768)]), (tiny, [(3, 200), (3, 200)])):
        for thumbnail, size in zip(shown["thumbnails"], sizes, strict=True):
            answer = await client.get(thumbnail["url"])
            assert opened(answer.content).size == size
            assert (thumbnail["width"], thumbnail["height"]) == size
            assert answer.headers["content-type"] == "image/webp"


async def test_a_forged_or_late_address_shows_nothing(
    client: httpx2.AsyncClient, rest: RestFace, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await send_picture(rest)
    signed = upload["url"].partition("?")[2]
    forged = [
        PATH.format(upload_id=upload["id"]),
        f"{upload['url'][:-1]}{'0' if upload['url'][-1] != '0' else '1'}",
        f"{PATH.format(upload_id=other['id'])}?{signed}",
        upload["url"].replace("until=1", "until=2"),
    ]
    past = time.time() - 3 * GOOD_SECONDS
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: past)
        late = addresses(Keyring(SECRET.encode()), upload["id"])[ImageSize.FULL]
    for url in [*forged, late]:
        answer = await client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED"), url
    odd = [
        "?until=x&signature=y",
        "?size=huge",
        "?until=1&until=2",
        "?token=x",
        "?until=" + "9" * 40,
    ]
    for query in odd:
        answer = await client.get(PATH.format(upload_id=upload["id"]) + query)
        assert answer.status_code in (400, 422), query


async def test_who_signs_in_is_shown_what_they_may_see(
    client: httpx2.AsyncClient, rest: RestFace, sign_in: SignIn, admin: str
) -> None:
    manager, customer = await sign_in(Role.MANAGER), await sign_in(Role.CUSTOMER)
    mine = await send_picture(rest.signed_in(manager))
    path = PATH.format(upload_id=mine["id"])

    async def statuses(*whose: str) -> list[int]:
        return [
            (await client.get(path, headers={"Authorization": one})).status_code for one in whose
        ]

    waiting = await statuses(manager, admin, customer)
    for role, status in ((manager, 200), (customer, 404)):
        there = await client.get(f"/v1/uploads/{mine['id']}", headers={"Authorization": role})
        assert there.status_code == status
    item = await an_item(rest)
    face = rest.signed_in(manager)
    await face.call("add_item_images", item_id=item["id"], upload_ids=[mine["id"]])
    shown = await statuses(manager, admin, customer)

    assert (waiting, shown) == ([200, 200, 404], [200, 200, 200])


async def test_who_has_the_picture_is_not_sent_it_again(
    client: httpx2.AsyncClient, upload: Any
) -> None:
    tag = (await client.get(upload["url"])).headers["etag"]
    small = (await client.get(upload["thumbnails"][0]["url"])).headers["etag"]
    again = await client.get(upload["url"], headers={"If-None-Match": f'"other", {tag}'})
    another = await client.get(upload["url"], headers={"If-None-Match": small})
    head = await client.head(upload["url"])

    assert tag.startswith('"')
    assert tag != small
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert another.status_code == 200
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(upload["size"])


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=0-99999999", 200, slice(None)),
        ("bytes=-99999999", 200, slice(None)),
        ("bytes=99999999-", 416, None),
        ("bytes=99999998-99999999", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("items=0-1", 200, slice(None)),
        ("bytes=" + "9" * 100 + "-", 200, slice(None)),
        ("bytes=0-" + ",0-" * 5000, 200, slice(None)),
    ],
)
async def test_a_picture_comes_in_parts(
    client: httpx2.AsyncClient, upload: Any, asked: str, status: int, part: slice | None
) -> None:
    whole = (await client.get(upload["url"])).content
    answer = await client.get(upload["url"], headers={"Range": asked})

    assert answer.status_code == status
    if part is None:
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert answer.content == whole[part]
        assert answer.headers["content-length"] == str(len(answer.content))
    if status == 206:
        start = part.indices(len(whole))[0] if part else 0
        told = f"bytes {start}-{start + len(answer.content) - 1}/{len(whole)}"
        assert answer.headers["content-range"] == told


async def test_parts_of_another_picture_are_not_put_together(
    client: httpx2.AsyncClient, upload: Any
) -> None:
    tag = (await client.get(upload["url"])).headers["etag"]
    parts = {"Range": "bytes=0-9"}
    same = await client.get(upload["url"], headers=parts | {"If-Range": tag})
    other = await client.get(upload["url"], headers=parts | {"If-Range": '"other"'})

    assert (same.status_code, other.status_code) == (206, 200)


async def test_an_address_stays_the_same_for_a_while_so_that_it_can_be_kept(
    rest: RestFace, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = int(time.time()) // GOOD_SECONDS * GOOD_SECONDS
    urls = []
    for seconds in (0, GOOD_SECONDS - 1, GOOD_SECONDS):
        monkeypatch.setattr(time, "time", lambda at=begin + seconds: at)
        urls.append(addresses(Keyring(SECRET.encode()), upload["id"])[ImageSize.FULL])

    assert urls[0] == urls[1] != urls[2]
