"""Files under odd names, and files that are not what they say."""

import time
from typing import Any

import pytest

from tests.faces import RestFace
from tests.factories import an_item
from tests.uploads.pictures import (
    CANARY,
    FORM,
    form,
    gradient,
    opened,
    part,
    picture,
    png_of,
    post,
    send_picture,
)

NAMES = {
    "../../etc/passwd": "passwd",
    "/etc/passwd": "passwd",
    "C:\\temp\\chair.png": "chair.png",
    "..": "picture",
    "": "picture",
    " . ": "picture",
    "con": "con",
    "a\u202egnp.exe": "agnp.exe",
    "a\u0000b\u001b[31m.png": "ab[31m.png",
    "Stühle & 2.png": "Stühle & 2.png",
    "n" * 300 + ".png": "n" * 251 + ".png",
    "a;b=c'd%41.png": "a;b=c'd%41.png",
}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
async def test_b94_the_name_of_a_file_is_text_and_nothing_else(rest: RestFace, name: str) -> None:
    body = form(part("file", picture(), file=name))
    headers = FORM | {"Authorization": rest.authorization or ""}
    answer = await rest.client.post("/v1/uploads", content=body, headers=headers)
    shown = answer.json()
    served = await rest.client.get(shown["url"])
    told = served.headers["content-disposition"]

    assert answer.status_code == 201, answer.text
    assert shown["file_name"] == NAMES[name]
    assert shown["id"].startswith("upload_")
    assert told.isascii()
    assert told.count('"') == 2
    assert not set(told) & set("\r\n\0")


async def test_b94_no_header_is_split_by_a_name(rest: RestFace) -> None:
    name = 'a%0d%0aSet-Cookie: x=1\\" ; filename=\\"b.html'
    upload = await send_picture(rest, picture())
    body = form(part("file", picture(), file=name))
    headers = FORM | {"Authorization": rest.authorization or ""}
    answer = await rest.client.post("/v1/uploads", content=body, headers=headers)
    served = await rest.client.get(answer.json()["url"])

    assert upload["file_name"] == "chair.png"
    assert "set-cookie" not in served.headers
    assert served.headers["content-disposition"].count('filename="') == 1
    assert served.headers["content-type"] == "image/png"


SCRIPT = b"<script>alert(1)</script>"
NOT_TAKEN: dict[str, tuple[bytes, str]] = {
    "SVG with a script": (
        b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT,
        "unsupported_image",
    ),
    "HTML": (b"<!doctype html>" + SCRIPT, "unsupported_image"),
    "GIF that is JavaScript": (b"GIF89a/*\0\0*/=1;alert(1)//", "unsupported_image"),
    "BMP": (picture("BMP"), "unsupported_image"),
    "TIFF": (picture("TIFF"), "unsupported_image"),
    "FITS": (b"SIMPLE  =                    T" + b" " * 2850, "unsupported_image"),
    "PSD": (b"8BPS\0\1" + b"\0" * 100, "unsupported_image"),
    "GD": (b"\xff\xff\0\x10\0\x10\0" + b"\0" * 100, "unsupported_image"),
    "PDF": (b"%PDF-1.7", "unsupported_image"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0", "unsupported_image"),
    "a zip file": (b"PK\3\4" + b"\0" * 100, "unsupported_image"),
    "nothing": (b"", "unsupported_image"),
    "a WAVE file": (b"RIFF\x24\0\0\0WAVEfmt ", "unsupported_image"),
    "only the beginning of a PNG": (picture()[:20], "broken_image"),
    "half a PNG": (gradient("PNG", (400, 300))[:500], "broken_image"),
    "half a JPEG": (gradient("JPEG", (400, 300))[:1500], "broken_image"),
    "half a WebP": (gradient("WEBP", (400, 300))[:300], "broken_image"),
    "HTML that begins as a PNG": (b"\x89PNG\r\n\x1a\n" + SCRIPT, "broken_image"),
    "a PNG of nothing": (png_of(100, 100), "broken_image"),
    "a PNG that moves": (
        picture(save_all=True, append_images=[opened(picture(color="red"))]),
        "animated_image",
    ),
    "a WebP that moves": (
        picture("WEBP", save_all=True, append_images=[opened(picture(color="red"))]),
        "animated_image",
    ),
    "a PNG of 4 GB": (png_of(65_000, 21_000), "too_many_pixels"),
    "a PNG of 50 million pixels": (png_of(7_100, 7_100), "too_many_pixels"),
    "a PNG that is long and thin": (png_of(30_000, 1), "too_many_pixels"),
    "a JPEG of many scans": (
        picture("JPEG", progressive=True)[:-2] + b"\xff\xda\0\0" * 200,
        "too_complex",
    ),
}


@pytest.mark.parametrize("what", NOT_TAKEN)
async def test_b95_what_is_no_picture_of_ours_is_refused_at_once(rest: RestFace, what: str) -> None:
    content, code = NOT_TAKEN[what]
    began = time.perf_counter()
    answer = await post(rest, "/v1/uploads", ("file", ("a.png", content, "image/png")))
    took = time.perf_counter() - began

    [fault] = answer.json()["errors"]
    assert answer.status_code == 422
    assert (fault["path"], fault["code"]) == (["file"], code)
    assert took < 1


async def test_b95_the_content_decides_and_not_the_name(rest: RestFace) -> None:
    answer = await post(rest, "/v1/uploads", ("file", ("a.svg", picture(), "image/svg+xml")))
    served = await rest.client.get(answer.json()["url"])

    assert (answer.status_code, answer.json()["format"]) == (201, "PNG")
    assert served.headers["content-type"] == "image/png"
    assert 'filename="a.png"' in served.headers["content-disposition"]


def laden(format: str) -> bytes:
    """A picture with whatever can hang on to it."""
    exif = opened(picture("JPEG")).getexif()
    exif[0x010E] = exif[0x013B] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = CANARY.decode()
    more: dict[str, Any] = {"exif": exif.tobytes(), "icc_profile": b"icc " + CANARY}
    more |= {"xmp": b"<x:xmpmeta>" + CANARY} if format != "PNG" else {}
    more |= {"comment": CANARY} if format == "JPEG" else {}
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text("Author", CANARY.decode())
        more["pnginfo"].add_itxt("Comment", CANARY.decode())
    return picture(format, **more) + CANARY + SCRIPT


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
async def test_b95_nothing_is_kept_but_what_can_be_seen(rest: RestFace, format: str) -> None:
    sent = laden(format)
    upload = await send_picture(rest, sent)
    urls = [upload["url"], *(it["url"] for it in upload["thumbnails"])]
    served = [(await rest.client.get(url)).content for url in urls]

    assert sent.count(CANARY) >= 3
    for content in served:
        assert CANARY not in content
        assert SCRIPT not in content
        assert b"Exif" not in content
        assert opened(content).size == (64, 48)


async def test_b95_a_picture_that_lies_on_its_side_is_put_upright(rest: RestFace) -> None:
    exif = opened(picture("JPEG")).getexif()
    exif[0x0112] = 6
    upload = await send_picture(rest, picture("JPEG", exif=exif.tobytes()))
    content = (await rest.client.get(upload["url"])).content

    assert (upload["width"], upload["height"]) == opened(content).size == (48, 64)


async def test_who_sends_two_files_where_one_is_taken_is_told_so(rest: RestFace) -> None:
    sent = [("file", ("a.png", picture(), "image/png"))] * 2
    answer = await post(rest, "/v1/uploads", *sent)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")
    assert answer.json()["detail"] == "Too many files. Maximum number of files is 1."


async def test_a_picture_that_is_sent_as_text_is_told_from_a_file(rest: RestFace) -> None:
    item = await an_item(rest)
    for path, name in (("/v1/uploads", "file"), (f"/v1/items/{item['id']}/images", "files")):
        body = form(part(name, picture()))
        headers = FORM | {"Authorization": rest.authorization or ""}
        answer = await rest.client.post(path, content=body, headers=headers)

        [fault] = answer.json()["errors"]
        assert answer.status_code == 422
        assert (fault["path"], fault["code"]) == ([name], "not_a_file")
        assert "UploadFile" not in answer.text
        assert "<class" not in answer.text
