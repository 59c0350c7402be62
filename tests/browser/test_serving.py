"""What the server says about the pages, before any browser reads them."""

import io
import json
import re
import shutil
import tarfile
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from graphql import parse, validate

from api.pages import PageSettings, install_assets
from api.pages.assets import CDN, AssetRefused, integrity_of, is_installed, pinned, unpack
from api.pages.router import examples
from api.settings import Settings
from graphql_schema.schema import make_schema
from tests.browser.shop import shop

PAGES = ["/", "/graphiql", "/docs", "/redoc"]
ADDRESS = re.compile(r'(?:src|href)="([^"]+)"')


ClientOf = Callable[..., TestClient]


@pytest.fixture
def client_of(settings: Settings) -> ClientOf:
    """Clients of a shop whose assets lie in a folder, and of which one page may be switched off."""

    def make(assets: Path, switched_off: str = "") -> TestClient:
        pages = PageSettings(
            version="1.2.3",
            assets=assets,
            landing=switched_off != "/",
            graphiql=switched_off != "/graphiql",
            swagger=switched_off != "/docs",
            redoc=switched_off != "/redoc",
        )
        return TestClient(shop(settings, pages), base_url="http://localhost")

    return make


def test_the_installed_files_are_the_pinned_ones(assets: Path) -> None:
    for asset in pinned().values():
        content = (assets / asset.location).read_bytes()
        assert integrity_of(content) == asset.integrity, asset.location


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_fresh_while_its_files_are_kept_for_ever(
    client_of: ClientOf, assets: Path, path: str
) -> None:
    visitor = client_of(assets)
    page = visitor.get(path)
    files = [address for address in ADDRESS.findall(page.text) if address.startswith("/pages/")]

    assert page.headers["cache-control"] == "no-cache"
    assert files
    for address in files:
        file = visitor.get(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["content-type"].split(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
        }


@pytest.mark.parametrize("path", PAGES)
def test_a_page_allows_no_foreign_script_and_no_frame(
    client_of: ClientOf, assets: Path, path: str
) -> None:
    page = client_of(assets).get(path)
    policy = page.headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_switched_off_is_not_there(client_of: ClientOf, assets: Path, path: str) -> None:
    visitor = client_of(assets, switched_off=path)

    assert visitor.get(path).status_code == 404
    for other in set(PAGES) - {path}:
        page = visitor.get(other)
        assert page.status_code == 200
        assert f'href="{path}"' not in page.text


def test_behind_a_proxy_every_address_has_its_prefix(settings: Settings, assets: Path) -> None:
    app = shop(settings, PageSettings(version="1.2.3", assets=assets))
    page = TestClient(app, root_path="/stock").get("/stock/graphiql").text

    assert 'data-graphql-url="/stock/graphql"' in page
    for address in ADDRESS.findall(page):
        assert address.startswith("/stock/")


@pytest.mark.parametrize(
    "path",
    [
        "/pages/../router.py",
        "/pages/%2e%2e/router.py",
        "/pages/..%2f..%2fsettings.py",
        "/pages//etc/passwd",
        "/pages/%00",
    ],
)
def test_nothing_but_the_listed_files_can_be_reached(
    client_of: ClientOf, assets: Path, path: str
) -> None:
    assert client_of(assets).get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES[1:])
def test_without_installed_files_the_page_names_its_cdn(
    client_of: ClientOf, tmp_path: Path, path: str
) -> None:
    page = client_of(tmp_path).get(path)
    foreign = [address for address in ADDRESS.findall(page.text) if "://" in address]
    expected = {f"{CDN}/{asset.location}": asset.integrity for asset in pinned().values()}

    assert foreign
    for address in foreign:
        assert f'"{address}" integrity="{expected[address]}"' in page.text
        assert address in page.headers["content-security-policy"]
    assert f"loads its scripts from {CDN}" in page.text


def test_a_second_installation_downloads_nothing(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    said: list[str] = []

    assert install_assets(assets, said.append)
    assert said == []


def test_without_node_the_set_up_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    said: list[str] = []

    assert not install_assets(tmp_path / "assets", said.append)
    assert "Node was not found" in said[0]


def test_an_archive_with_other_contents_is_refused_whole(tmp_path: Path) -> None:
    folder = tmp_path / "assets"
    for name, assets in groupby(pinned().values(), key=lambda asset: asset.archive):
        with tarfile.open(tmp_path / name, "w:gz") as archive:
            for asset in assets:
                entry = tarfile.TarInfo(f"package/{asset.path}")
                entry.size = len(b"tampered")
                archive.addfile(entry, io.BytesIO(b"tampered"))

    with pytest.raises(AssetRefused, match="is not the file that was pinned"):
        unpack(tmp_path, folder)
    assert not folder.exists()


def test_a_damaged_file_counts_as_not_installed(assets: Path, tmp_path: Path) -> None:
    copy = tmp_path / "assets"
    shutil.copytree(assets, copy)
    assert is_installed(copy)
    script = next(copy.glob("graphiql@*/graphiql.min.js"))
    script.write_bytes(script.read_bytes() + b"//")

    assert not is_installed(copy)


def test_the_examples_are_graphql_with_one_named_operation_each(
    client_of: ClientOf, assets: Path
) -> None:
    page = client_of(assets).get("/graphiql").text
    address = re.search(r'data-examples-url="([^"]+)"', page)
    assert address is not None

    tabs = json.loads(client_of(assets).get(address[1]).text)

    assert tabs == examples()
    for tab in tabs:
        (operation,) = parse(tab["query"]).definitions
        assert operation.to_dict()["name"]["value"]


@pytest.mark.parametrize("number", range(len(examples())))
def test_each_example_is_valid_in_our_schema_and_within_its_limits(number: int) -> None:
    schema = make_schema()
    query = examples()[number]["query"]

    assert validate(schema._schema, parse(query)) == []
    assert schema.documents.prepare(query).operation(None).requested({}) <= schema.limits.cost
