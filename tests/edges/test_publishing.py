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
