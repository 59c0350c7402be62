"""The oldest releases without a published weakness that would be ours too."""

from importlib.metadata import version

import pytest
from packaging.version import Version

FLOORS = {
    "strawberry-graphql": "0.327.2",
    "graphql-core": "3.3.2",
    "starlette": "1.3.1",
    "fastapi": "0.121",
    "python-multipart": "0.0.30",
    "pyjwt": "2.13.0",
    "pillow": "12.3.0",
}


@pytest.mark.parametrize("library", FLOORS)
def test_a_library_is_as_new_as_its_last_known_weakness_asks(library: str) -> None:
    assert Version(version(library)) >= Version(FLOORS[library])
