"""Where files are kept: a folder or S3; away, full of strays, or emptied by hand."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from api.database import Database
from api.domain.errors import NotFound, Unavailable
from api.files import StoredFiles
from api.main import create_app
from tests.conftest import SECRET, an_admin, settings_for
from tests.faces import RestFace
from tests.faults.servers import free_port, wait_until
from tests.programs import installed
from tests.uploads.pictures import picture, post, send_picture

WANTED = Path(__file__).with_name("package.json")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bucket, on a server that speaks S3 and checks who signs."""
    port, folder = free_port(), tmp_path_factory.mktemp("s3")
    program = installed(WANTED) / "s3rver"
    options = ["-d", str(folder), "-a", "127.0.0.1", "-p", str(port), "--configure-bucket", "shop"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, *options], stdout=log, stderr=log)
    try:
        wait_until(lambda: _answers(port), (folder / "log").read_text)
        yield f"s3://shop/pictures?region=us-east-1&endpoint=http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(port: int) -> bool:
    try:
        return bool(httpx2.get(f"http://127.0.0.1:{port}/").status_code)
    except httpx2.HTTPError:
        return False


KEY = "&access_key_id=S3RVER&secret_access_key=S3RVER"


@asynccontextmanager
async def a_shop(url: str, files: str, folder: Path) -> AsyncIterator[RestFace]:
    """A shop that keeps its files there."""
    changed = {"files_url": SecretStr(files), "data_dir": folder}
    app = create_app(settings_for(url).model_copy(update=changed))
    database: Database = app.state.resources.database
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield RestFace(client, app.openapi(), await an_admin(database))
    await app.state.resources.close()


async def test_pictures_are_kept_in_a_bucket(
    bucket: str, database_url: str, tmp_path: Path
) -> None:
    async with a_shop(database_url, bucket + KEY, tmp_path) as shop:
        upload = await send_picture(shop)
        whole = await shop.client.get(upload["url"])
        part = await shop.client.get(upload["url"], headers={"Range": "bytes=2-9"})

    assert whole.status_code == 200
    assert (part.status_code, part.content) == (206, whole.content[2:10])
    assert not (tmp_path / "files").exists()


async def test_a_bucket_lists_and_forgets(bucket: str, tmp_path: Path) -> None:
    files = StoredFiles(bucket + KEY, tmp_path)
    for number in range(3):
        await files.put(f"aa/{number}.full", b"picture")
    await files.remove(["aa/0.full", "aa/never.full"])
    left = [key async for listed in files.listed() for key, _ in listed if key.startswith("aa/")]

    assert sorted(left) == ["aa/1.full", "aa/2.full"]
    with pytest.raises(NotFound):
        await files.read("aa/0.full", 0, 5)


@pytest.mark.parametrize(
    "where",
    [
        "s3://shop/x?region=eu&endpoint=http://127.0.0.1:9&access_key_id=canary-1&secret_access_key=canary-2",
        "s3://shop/x?nonsense=canary-2",
        "file:///proc/canary-2/files",
    ],
)
async def test_a_place_that_is_away_is_told_without_its_keys_and_nothing_is_written(
    database_url: str, tmp_path: Path, where: str, database: Database
) -> None:
    async with a_shop(database_url, where, tmp_path) as shop:
        before = await _uploads(database)
        answer = await post(shop, "/v1/uploads", ("file", ("a.png", picture())))

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert "canary" not in answer.text
    assert await _uploads(database) == before


async def _uploads(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM uploads"))).scalar_one())


async def test_a_picture_whose_file_was_taken_away_is_not_there(
    database_url: str, tmp_path: Path
) -> None:
    async with a_shop(database_url, "", tmp_path) as shop:
        upload = await send_picture(shop)
        kept = sorted(path for path in (tmp_path / "files").rglob("*") if path.is_file())
        for path in kept:
            path.unlink()
        answer = await shop.client.get(upload["url"])

    assert len(kept) == 3
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_what_is_refused_leaves_no_file(database_url: str, tmp_path: Path) -> None:
    async with a_shop(database_url, "", tmp_path) as shop:
        files = [("files", ("a.png", picture())), ("files", ("b.png", picture()))]
        item = await shop.call("create_item", sku=uuid4().hex, name="Chair")
        refused = [
            await post(shop, f"/v1/items/{item['id']}/images", *files),
            await post(shop, "/v1/items/sku:none/images", files[0]),
            await post(shop, "/v1/uploads?validate_only=true", ("file", ("a.png", picture()))),
            await post(shop, "/v1/uploads", ("file", ("a.png", b"GIF89a"))),
        ]

    assert [answer.status_code for answer in refused] == [409, 404, 200, 422]
    assert [path for path in tmp_path.rglob("*.*") if path.is_file()] == []


async def test_what_nobody_uses_is_cleared_away_and_so_are_strays(
    own_database_url: str, tmp_path: Path
) -> None:
    async with a_shop(own_database_url, "", tmp_path) as shop:
        item = await shop.call("create_item", sku=uuid4().hex, name="Chair")
        used, expired, waits = [
            await send_picture(shop, picture(color=color)) for color in ("gold", "navy", "pink")
        ]
        await shop.call("add_item_images", item_id=item["id"], upload_ids=[used["id"]])
    hour_ago = datetime.now(UTC).timestamp() - 7200
    stray, young, foreign = (
        tmp_path / "files" / "aa" / name
        for name in (f"{uuid4().hex}.full", f"{uuid4().hex}.small", "notes.txt")
    )
    stray.parent.mkdir(exist_ok=True)
    for path in (stray, young, foreign):
        path.write_bytes(b"left")
    for path in (tmp_path / "files").rglob("*"):
        if path != young:
            os.utime(path, (hour_ago, hour_ago))
    database = Database(settings_for(own_database_url))
    async with database.write() as session:
        late = "UPDATE uploads SET expires_at = now() - interval '1 s' WHERE id = :id"
        await session.execute(text(late), {"id": expired["id"][-32:]})
        await session.commit()
    await database.close()

    done = await asyncio.to_thread(_clear_files, own_database_url, tmp_path)

    left = {path.name.partition(".")[0] for path in (tmp_path / "files").rglob("*.*")}
    assert done == "1 pictures and 1 stray files removed"
    assert left == {used["id"][-32:], waits["id"][-32:], young.stem, "notes"}


def _clear_files(url: str, folder: Path) -> str:
    told = {
        "DATABASE_URL": url.replace("postgresql+asyncpg", "postgresql"),
        "STOCKROOM_DATA_DIR": str(folder),
        "STOCKROOM_SECRET": SECRET,
    }
    command = [str(Path(sys.executable).with_name("stockroom")), "clear-files"]
    run = subprocess.run(
        command, env=os.environ | told, capture_output=True, check=True, text=True, cwd=folder
    )
    return run.stdout.strip()


async def test_who_only_sends_and_never_uses_is_told_to_stop(
    own_database_url: str, tmp_path: Path
) -> None:
    async with a_shop(own_database_url, "", tmp_path) as shop:
        first = await send_picture(shop)
        database = Database(settings_for(own_database_url))
        async with database.write() as session:
            columns = (
                "uploaded_by, file_name, format, width, height, size, small_size, large_size,"
                " content_hash, expires_at"
            )
            more = f"""INSERT INTO uploads (id, {columns})
                SELECT gen_random_uuid(), {columns} FROM uploads, generate_series(1, 49)"""
            await session.execute(text(more))
            await session.commit()
        await database.close()
        answer = await post(shop, "/v1/uploads", ("file", ("a.png", picture())))

    assert first["id"]
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "files"
    blocked.write_text("not a folder")
    began = time.perf_counter()
    with pytest.raises(Unavailable):
        await StoredFiles("", blocked).put("aa/x.full", b"picture")

    assert time.perf_counter() - began < 5
