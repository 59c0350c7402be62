"""Files are tried out too: what they would change is told, and nothing of them is kept."""

import pytest

from api.database import Database
from api.domain.operations import OPERATIONS, Kind
from tests.conftest import DATA
from tests.faces import RestFace
from tests.factories import an_item
from tests.kernel.test_trying_out import whole
from tests.uploads.pictures import picture

UPLOADS = {
    "create_upload": ("POST", "/v1/uploads", "file"),
    "upload_avatar": ("PUT", "/v1/me/avatar", "file"),
    "upload_item_images": ("POST", "/v1/items/{item_id}/images", "files"),
}
"""Where the forms go; their operations stand beside commands that take JSON, so no document names
all of them.
"""


def files() -> set[str]:
    """All that is kept beside the database, but for letters."""
    return {str(path) for path in DATA.rglob("*") if path.is_file() and "mail" not in path.parts}


@pytest.mark.parametrize("name", UPLOADS)
async def test_a_file_that_is_tried_out_is_not_kept(
    rest: RestFace, database: Database, name: str
) -> None:
    method, path, field = UPLOADS[name]
    item = await an_item(rest)
    headers = {"Authorization": str(rest.authorization)}
    sent = {field: ("chair.png", picture(color="olive"), "image/png")}
    before, kept = await whole(database), files()

    answer = await rest.client.request(
        method,
        path.format(item_id=item["id"]),
        params={"validate_only": "true"},
        files=sent,
        headers=headers,
    )
    after = await whole(database)

    assert answer.status_code in (200, 201), answer.text
    assert {table for table in before if before[table] != after[table]} == set()
    assert files() == kept
    real = await rest.client.request(
        method, path.format(item_id=item["id"]), files=sent, headers=headers
    )
    assert real.is_success
    assert files() > kept


def test_every_command_that_takes_a_file_is_tried_out() -> None:
    uploads = {name for name, entry in OPERATIONS.items() if entry.kind is Kind.UPLOAD}

    assert set(UPLOADS) == uploads
    assert all(OPERATIONS[name].tried for name in uploads)
