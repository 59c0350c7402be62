"""Pictures of items: sent one by one or several at once, used by id over either door."""

from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from api.domain.media.commands import MAX_IMAGES
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique
from tests.uploads.pictures import opened, picture, post, send_picture

COLORS = ("brown", "gold", "green", "navy")


async def images_of(face: Face, item: dict[str, Any]) -> list[str]:
    shown = await face.call("get_item_images", item_id=item["id"])
    return [image["id"] for image in shown["images"]]


@pytest.fixture
async def chair(rest: RestFace) -> dict[str, Any]:
    return await an_item(rest)


@pytest.fixture
async def pictures(rest: RestFace) -> list[str]:
    """The ids of four pictures, each of another color."""
    sent = [await send_picture(rest, picture(color=color)) for color in COLORS]
    return [upload["id"] for upload in sent]


async def test_an_item_is_shown_by_pictures_that_were_sent(
    rest: RestFace, face: Face, chair: dict[str, Any], pictures: list[str]
) -> None:
    more = {"upload_ids": pictures[:2], "alt": "A chair"}
    added = await face.call("add_item_images", item_id=chair["id"], **more)
    again = await face.call("add_item_images", item_id=chair["id"], upload_ids=pictures[1:])

    assert [image["id"] for image in added["images"]] == pictures[:2]
    assert [image["id"] for image in again["images"]] == pictures
    assert [image["alt"] for image in again["images"]] == ["A chair", "A chair", None, None]
    assert {image["item_id"] for image in again["images"]} == {chair["id"]}
    assert {image["expires_at"] for image in again["images"]} == {None}
    assert await images_of(face, chair) == pictures


async def test_what_is_sent_as_a_form_is_shown_at_once(
    rest: RestFace, face: Face, chair: dict[str, Any]
) -> None:
    files = [("files", (f"{color}.png", picture(color=color), "text/html")) for color in COLORS[:2]]
    path = f"/v1/items/sku:{chair['sku']}/images"
    answer = await post(rest, path, *files, alt="From the left")

    shown = answer.json()["images"]
    assert answer.status_code == 201
    assert [(it["file_name"], it["alt"]) for it in shown] == [
        ("brown.png", "From the left"),
        ("gold.png", "From the left"),
    ]
    assert await images_of(face, chair) == [image["id"] for image in shown]


async def test_a_link_leads_to_the_images_of_an_item_on_either_face(
    client: httpx2.AsyncClient, rest: RestFace, chair: dict[str, Any], pictures: list[str]
) -> None:
    await rest.call("add_item_images", item_id=chair["id"], upload_ids=pictures)
    item = await rest.call("get_item", item_id=chair["id"], expand="images")
    text = "query I($id: ID!) { item(id: $id) { images { id url thumbnails { width url } } } }"
    body = {"query": text, "variables": {"id": chair["id"]}}
    headers = {"Authorization": rest.authorization or ""}
    answer = (await client.post("/graphql", json=body, headers=headers)).json()

    theirs = answer["data"]["item"]["images"]
    assert [image["id"] for image in theirs] == pictures
    assert [image["url"] for image in item["images"]] == [image["url"] for image in theirs]
    assert [t["url"] for it in item["images"] for t in it["thumbnails"]] == [
        t["url"] for it in theirs for t in it["thumbnails"]
    ]


async def test_images_are_put_in_another_order(
    face: Face, chair: dict[str, Any], pictures: list[str]
) -> None:
    await face.call("add_item_images", item_id=chair["id"], upload_ids=pictures)
    order = [pictures[3], *pictures[:3]]
    shown = await face.call("arrange_item_images", item_id=chair["id"], upload_ids=order)
    wrong = [order[:3], [*order, order[0]], [*order[:3], "upload_" + "0" * 32]]
    for ids in wrong:
        with pytest.raises(Refused) as refused:
            await face.call("arrange_item_images", item_id=chair["id"], upload_ids=ids)
        assert refused.value.code == "CONFLICT"

    assert [image["id"] for image in shown["images"]] == order
    assert await images_of(face, chair) == order


async def test_an_image_that_is_taken_away_is_gone(
    client: httpx2.AsyncClient, face: Face, chair: dict[str, Any], pictures: list[str]
) -> None:
    shown = await face.call("add_item_images", item_id=chair["id"], upload_ids=pictures)
    gone = shown["images"][1]
    what = {"item_id": chair["id"], "upload_id": gone["id"]}
    left = await face.call("remove_item_image", **what)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await face.call("remove_item_image", **what)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await face.call("add_item_images", item_id=chair["id"], upload_ids=[gone["id"]])

    assert [it["id"] for it in left["images"]] == [pictures[0], *pictures[2:]]
    assert (await client.get(gone["url"])).status_code == 404
    assert (await client.get(left["images"][1]["url"])).status_code == 200


async def test_a_picture_is_put_to_one_use(
    face: Face, chair: dict[str, Any], pictures: list[str], rest: RestFace
) -> None:
    table = await an_item(rest)
    await face.call("add_item_images", item_id=chair["id"], upload_ids=pictures[:1])
    await face.call("add_item_images", item_id=chair["id"], upload_ids=pictures[:1])
    for call, sent in (
        ("add_item_images", {"item_id": table["id"], "upload_ids": pictures}),
        ("set_avatar", {"upload_id": pictures[0]}),
    ):
        with pytest.raises(Refused) as refused:
            await face.call(call, **sent)
        assert refused.value.code == "CONFLICT"

    assert await images_of(face, chair) == pictures[:1]
    assert await images_of(face, table) == []


async def test_an_item_has_a_picture_once_whoever_sends_it(
    rest: RestFace, chair: dict[str, Any]
) -> None:
    path, file = f"/v1/items/{chair['id']}/images", ("files", ("a.png", picture()))
    first = await post(rest, path, file)
    again = await post(rest, path, ("files", ("b.png", picture(color="pink"))), file)

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "DUPLICATE"
    assert await images_of(rest, chair) == [first.json()["images"][0]["id"]]


async def test_an_item_has_so_many_images_and_no_more(
    face: Face, rest: RestFace, chair: dict[str, Any]
) -> None:
    shades = [f"rgb({n},0,0)" for n in range(MAX_IMAGES + 1)]
    ids = [(await send_picture(rest, picture(color=shade)))["id"] for shade in shades]
    await face.call("add_item_images", item_id=chair["id"], upload_ids=ids[:-1])
    with pytest.raises(Refused) as refused:
        await face.call("add_item_images", item_id=chair["id"], upload_ids=ids[-1:])

    assert refused.value.code == "CONFLICT"
    assert await images_of(face, chair) == ids[:-1]


async def test_who_may_not_change_the_catalog_shows_nothing_by_any_way(
    rest: RestFace, face: Face, chair: dict[str, Any], sign_in: SignIn
) -> None:
    clerk = await sign_in(Role.CLERK)
    mine = await send_picture(rest.signed_in(clerk))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await face.signed_in(clerk).call(
            "add_item_images", item_id=chair["id"], upload_ids=[mine["id"]]
        )
    sent = await post(
        rest.signed_in(clerk), f"/v1/items/{chair['id']}/images", ("files", ("a.png", picture()))
    )
    nobody = await post(rest.signed_in(None), "/v1/uploads", ("file", ("a.png", picture())))

    assert (sent.status_code, nobody.status_code) == (403, 401)
    assert await images_of(face, chair) == []


async def test_what_is_only_tried_shows_and_keeps_nothing(
    rest: RestFace, graphql: GraphQLFace, chair: dict[str, Any], pictures: list[str]
) -> None:
    for face in (rest, graphql):
        ids = {"upload_ids": pictures}
        tried = await face.call("add_item_images", item_id=chair["id"], **ids, validate_only=True)
        assert [image["id"] for image in tried["images"]] == pictures
    path = f"/v1/items/{chair['id']}/images?validate_only=true"
    sent = await post(rest, path, ("files", ("a.png", picture(color="pink"))))

    [image] = sent.json()["images"]
    assert sent.status_code == 200
    assert (await rest.client.get(image["url"])).status_code == 404
    assert await images_of(rest, chair) == []


async def test_an_item_that_is_not_there_is_not_shown(face: Face, pictures: list[str]) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        await face.call("get_item_images", item_id=f"sku:{unique('none')}")
    with pytest.raises(Refused, match="NOT_FOUND"):
        await face.call("add_item_images", item_id="item_" + "0" * 32, upload_ids=pictures)


async def test_the_picture_that_is_shown_is_the_one_that_was_sent(
    rest: RestFace, chair: dict[str, Any]
) -> None:
    path = f"/v1/items/{chair['id']}/images"
    sent = [picture("JPEG", color="green"), picture("WEBP", color="gold"), picture(color="navy")]
    files = [("files", (f"{n}.bin", content)) for n, content in enumerate(sent)]
    shown = (await post(rest, path, *files)).json()["images"]
    served = [await rest.client.get(image["url"]) for image in shown]

    assert [image["format"] for image in shown] == ["JPEG", "WEBP", "PNG"]
    assert [it.headers["content-type"] for it in served] == [
        "image/jpeg",
        "image/webp",
        "image/png",
    ]
    near = [opened(it.content).convert("RGB").getpixel((5, 5)) for it in served]
    wanted = [opened(content).convert("RGB").getpixel((5, 5)) for content in sent]
    for ours, theirs in zip(near, wanted, strict=True):
        assert all(abs(a - b) < 8 for a, b in zip(ours, theirs, strict=True))  # type: ignore[arg-type]
