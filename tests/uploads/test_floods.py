"""Too much of a file, or of what comes with it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.conftest import SECRET
from tests.faults.servers import Server
from tests.uploads.pictures import BOUNDARY, FORM, form, part, picture

LIMIT = 2 * 1024 * 1024
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, which takes pictures of two MiB."""
    folder = tmp_path_factory.mktemp("pictures")
    environment = {
        "DATABASE_URL": database_url.replace("postgresql+asyncpg", "postgresql"),
        "STOCKROOM_SECRET": SECRET,
        "STOCKROOM_DATA_DIR": str(folder / "kept"),
        "STOCKROOM_MAX_UPLOAD_BYTES": str(LIMIT),
        "STOCKROOM_RATE_LIMIT_POINTS": "0",
        "TMPDIR": str(folder),
    }
    server = Server(folder / "log", environment)
    server.start()
    try:
        server.await_ready()
        yield server
    finally:
        server.clear_away()


@pytest.fixture
async def street(shop: Server, admin: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of that server; afterwards no fault may have been logged."""
    headers = {"Authorization": admin}
    limits = httpx2.Limits(max_connections=200)
    async with httpx2.AsyncClient(
        base_url=shop.url, headers=headers, timeout=60, limits=limits
    ) as client:
        yield client
    log = shop.log.read_text()
    assert '"level":"error"' not in log
    assert "Traceback" not in log


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("promised", [True, False])
@pytest.mark.parametrize("beyond", [1, 200_000])
async def test_b93_a_file_over_the_limit_is_refused_whatever_was_promised(
    street: httpx2.AsyncClient, promised: bool, beyond: int
) -> None:
    body = form(part("file", b"\xff\xd8\xff" + b"0" * (LIMIT + beyond - 3), file="a.jpg"))
    sent = body if promised else in_pieces(body)
    answer = await street.post("/v1/uploads", content=sent, headers=FORM)

    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_b93_a_file_of_the_very_limit_is_read(street: httpx2.AsyncClient) -> None:
    content = picture("JPEG")
    body = form(part("file", content + b"\0" * (LIMIT - len(content)), file="a.jpg"))
    answer = await street.post("/v1/uploads", content=body, headers=FORM)

    assert answer.status_code == 201, answer.text
    assert answer.json()["size"] < 10_000


@pytest.mark.parametrize(
    ("path", "parts", "status"),
    [
        ("/v1/uploads", [part("file", b"x", file="a.png")] * 1001, 400),
        ("/v1/uploads", [part("alt", b"x")] * 1001, 400),
        ("/v1/uploads", [part("file", b"x" * 1_000_000)], 400),
        ("/v1/uploads", [part("alt", b"x" * 100_000)], 400),
        ("/v1/uploads", [part("file", b"x" * 9 * MIB)], 413),
        ("/v1/items/sku:NONE/images", [part("files", b"x", file="a.png")] * 6, 400),
        ("/v1/items/sku:NONE/images", [part("files", b"x" * 11 * MIB, file="a.png")], 413),
        ("/v1/uploads", [b"--" + BOUNDARY.encode() + b"\r\n" + b"X-A: b\r\n" * 2000], 400),
        ("/v1/uploads", [b"--" + BOUNDARY.encode() + b"\r\n" + b"X" * 100_000], 400),
        ("/v1/uploads", [part("file", b"x")], 422),
        ("/v1/uploads", [part("file", picture(), file="a.png"), part("owner", b"me")], 422),
        ("/v1/uploads", [], 422),
    ],
)
async def test_b93_forms_that_hold_too_much_are_refused(
    street: httpx2.AsyncClient, path: str, parts: list[bytes], status: int
) -> None:
    answer = await street.post(path, content=form(*parts), headers=FORM)

    assert answer.status_code == status, answer.text


async def test_b93_what_is_no_form_of_files_is_refused(street: httpx2.AsyncClient) -> None:
    flood = b"&".join(b"f%d=1" % n for n in range(100_000))
    kinds = [
        ("application/x-www-form-urlencoded", flood, 415),
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=", b"", 400),
        ("multipart/form-data; boundary=" + "y" * 300, form(part("file", b"")), 400),
        ("multipart/form-data; boundary=x; charset=unicode_escape", form(), 415),
        ("multipart/form-data; boundary=x; charset=punycode", form(), 415),
        ("", form(), 415),
        (FORM["Content-Type"], b"--" + BOUNDARY.encode(), 400),
        (FORM["Content-Type"], form(part("file", picture(), file="a"))[:-30], 400),
    ]
    for kind, body, status in kinds:
        answer = await street.post("/v1/uploads", content=body, headers={"Content-Type": kind})
        assert answer.status_code == status, (kind, answer.text)


async def test_b93_memory_stays_flat_under_a_hundred_uploads_too_large(
    shop: Server, street: httpx2.AsyncClient
) -> None:
    assert shop.process
    server, most = psutil.Process(shop.process.pid), 0
    await street.post("/v1/uploads", content=form(part("file", picture(), file="a")), headers=FORM)
    before = server.memory_info().rss
    body = form(part("file", os.urandom(LIMIT + 1), file="a.jpg"))

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, server.memory_info().rss)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    sends = [street.post("/v1/uploads", content=in_pieces(body), headers=FORM) for _ in range(100)]
    answers = await asyncio.gather(*sends)
    watching.cancel()

    assert {answer.status_code for answer in answers} == {413}
    assert (most - before) / MIB <= 64
    left = [path for path in Path(shop.environment["TMPDIR"]).iterdir() if path.is_file()]
    assert [path.name for path in left] == ["log"]
