"""Documents are sent once: who has one is told that it is still the same."""

import httpx2
import pytest

DOCUMENTS = ["/openapi.json", "/openapi-3.1.json", "/schema.graphql"]


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_who_has_a_document_is_told_so_however_often_he_says_it(
    client: httpx2.AsyncClient, path: str
) -> None:
    whole = await client.get(path)
    tag = whole.headers["etag"]
    several = [("If-None-Match", '"another"'), ("If-None-Match", f'"one", {tag}')]
    same = await client.get(path, headers=several)
    changed = await client.get(path, headers={"If-None-Match": '"another"'})

    assert len(whole.content) > 10_000
    assert whole.headers["cache-control"] == "public, no-cache"
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert (changed.status_code, changed.content) == (200, whole.content)


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi-3.1.json"])
async def test_who_takes_gzip_is_sent_a_tenth_under_a_tag_of_its_own(
    client: httpx2.AsyncClient, path: str
) -> None:
    pressed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    both = {"Accept-Encoding": "gzip", "If-None-Match": pressed.headers["etag"]}
    same = await client.get(path, headers=both)

    assert pressed.headers["content-encoding"] == "gzip"
    assert int(pressed.headers["content-length"]) < len(plain.content) / 8
    assert "content-encoding" not in plain.headers
    assert pressed.content == plain.content
    assert pressed.headers["etag"] != plain.headers["etag"]
    assert {it.headers["vary"] for it in (pressed, plain, same)} == {"Accept-Encoding"}
    assert (same.status_code, same.content) == (304, b"")
