"""What a server tells of itself: everything to its makers, in production what it is told to."""

import pytest
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings

ADDRESSES = {
    "landing": ("/",),
    "graphiql": ("/graphiql",),
    "docs": ("/docs",),
    "redoc": ("/redoc",),
    "openapi": ("/openapi.json", "/openapi-3.1.json"),
    "sdl": ("/schema.graphql",),
}
ALL = {address for addresses in ADDRESSES.values() for address in addresses}


def shown(**settings: bool) -> set[str]:
    """The addresses that answer under these settings."""
    made = Settings.model_validate(
        {"DATABASE_URL": "postgresql://localhost/none", "secret": SecretStr("s" * 32), **settings}
    )
    visitor = TestClient(create_app(made), base_url="http://localhost")
    return {address for address in (*ALL, "/problems") if visitor.get(address).status_code == 200}


def test_everything_is_shown_while_people_build_on_it() -> None:
    assert shown() == ALL | {"/problems"}


def test_production_shows_only_what_its_refusals_lead_to() -> None:
    assert shown(production=True) == {"/problems"}


def test_production_shows_what_it_is_told_to() -> None:
    assert shown(production=True, pages=True) == ALL | {"/problems"}
    assert shown(production=True, openapi=True, problem_pages=False) == set(ADDRESSES["openapi"])


@pytest.mark.parametrize("what", ADDRESSES)
def test_each_is_switched_off_by_itself(what: str) -> None:
    off = {what: False} | ({"docs": False, "redoc": False} if what == "openapi" else {})
    gone = {address for name in off for address in ADDRESSES[name]}

    assert shown(**off) == (ALL - gone) | {"/problems"}


def test_a_reference_without_its_document_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="STOCKROOM_DOCS"):
        shown(openapi=False)
