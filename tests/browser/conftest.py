"""A real server, and a real Chromium that cannot reach anything but it."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from api.domain.scope import Scope
from api.pages import INSTALLED, PageSettings, install_assets
from api.pages.assets import is_installed
from api.settings import Settings
from tests.browser.shop import Clerk, hire, shop
from tests.serving import served

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
REFERENCES = {"/docs", "/redoc"}
PATIENCE = 120_000
"""Milliseconds for a whole reference on a machine that does other things as well."""


async def laid_out(page: Page) -> None:
    """Wait until a reference says that all of it is there."""
    await page.locator("body[data-ready]").wait_for(timeout=PATIENCE)


@dataclass
class Visit:
    """A browser tab, with what it complained of and whom it called."""

    page: Page
    shop_url: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        ours = urlsplit(self.shop_url).netloc
        if address.scheme not in {"data", "blob"} and address.netloc != ours:
            self.strangers.append(request.url)

    async def open(self, path: str) -> Page:
        await self.page.goto(self.shop_url + path)
        if path in REFERENCES:
            await laid_out(self.page)
        return self.page


def unavailable(reason: str) -> None:
    """Where a browser is promised, its absence is a failure; elsewhere, a reason to skip."""
    if os.environ.get("STOCKROOM_REQUIRE_BROWSER") == "1" or os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if is_installed():
        return INSTALLED
    folder = tmp_path_factory.mktemp("assets")
    if not install_assets(folder):
        unavailable("The page assets are not installed, and npm could not fetch them.")
    return folder


OpenShop = Callable[[Path], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def open_shop(settings: Settings) -> OpenShop:
    """Serves the shop with the page assets of a folder, and gives its address."""

    def opened(assets: Path) -> AbstractContextManager[str]:
        return served(shop(settings, PageSettings(version="1.2.3", assets=assets)))

    return opened


@pytest.fixture(scope="session")
def shop_url(open_shop: OpenShop, assets: Path) -> Iterator[str]:
    with open_shop(assets) as address:
        yield address


@pytest.fixture
async def clerk(scope: Scope) -> Clerk:
    return await hire(scope)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if program is None:
        unavailable("Chromium is not installed (on Debian: apt-get install chromium).")
    expect.set_options(timeout=60_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(chromium: Browser, shop_url: str) -> AsyncIterator[Visit]:
    """Ends by checking that the page was quiet and spoke to nobody but us."""
    async with await chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.set_default_timeout(60_000)
        tab = Visit(await context.new_page(), shop_url)
        tab.watch()
        yield tab
        assert tab.complaints == tab.expected
        assert tab.strangers == []
