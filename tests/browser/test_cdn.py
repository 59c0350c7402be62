"""A shop set up without Node: its pages still work, from a CDN."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from api.pages.assets import CDN
from tests.browser.conftest import OpenShop, Visit

UNINSTALLED = ["/graphiql", "/docs", "/redoc"]


@pytest.mark.parametrize("path", UNINSTALLED)
async def test_with_neither_files_nor_internet_the_page_says_what_it_lacks(
    chromium: Browser, open_shop: OpenShop, tmp_path: Path, path: str
) -> None:
    with open_shop(tmp_path) as address:
        async with await chromium.new_context() as context:
            page = await context.new_page()
            await page.goto(address + path)

            await expect(page.locator(".waiting")).to_contain_text("This page could not load")


@pytest.mark.parametrize(
    ("path", "sign_of_life"),
    [("/graphiql", ".graphiql-query-editor"), ("/docs", ".opblock"), ("/redoc", "[role=menuitem]")],
)
async def test_a_page_runs_from_the_cdn_and_says_so(
    chromium: Browser,
    open_shop: OpenShop,
    assets: Path,
    tmp_path: Path,
    path: str,
    sign_of_life: str,
) -> None:
    async def deliver(route: Route) -> None:
        """The CDN's part: the published file, to anyone. The browser checks its hash."""
        file = assets / route.request.url.removeprefix(CDN + "/")
        await route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})

    with open_shop(tmp_path) as address:
        async with await chromium.new_context() as context:
            await context.route(f"{CDN}/**", deliver)
            visit = Visit(await context.new_page(), address)
            visit.watch()
            page = await visit.open(path)

            await expect(page.locator(sign_of_life).first).to_be_visible()
            await expect(page.get_by_role("note")).to_contain_text(CDN)
            assert visit.complaints == []
            assert visit.strangers
            assert all(url.startswith(CDN) for url in visit.strangers)
