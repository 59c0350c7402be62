"""A developer reads the REST operations, and tries one."""

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import REFERENCES, Visit, laid_out
from tests.browser.shop import PASSWORD, Clerk
from tests.browser.test_explorer import signed_in


async def test_the_landing_page_leads_to_every_page(visit: Visit) -> None:
    page = await visit.open("/")
    for title, path in (
        ("GraphQL explorer", "/graphiql"),
        ("REST, to try out", "/docs"),
        ("REST reference", "/redoc"),
    ):
        await page.get_by_role("link", name=title).click()
        await page.wait_for_url(f"**{path}")
        if path in REFERENCES:
            await laid_out(page)
        if path == "/redoc":
            await expect(page.get_by_role("heading", name="List Items").first).to_be_visible()
            await expect(page.get_by_role("menuitem", name="catalog").first).to_be_visible()
        await expect(page.locator(".waiting")).to_have_count(0)
        await page.get_by_role("link", name="Home").click()
    await expect(page.get_by_text("Stockroom 1.2.3")).to_be_visible()


async def tried_out(page: Page, operation: str, searched: str = "") -> Locator:
    """Where the answer of an operation is shown; `searched` is what its list is searched for."""
    shown = page.locator(operation)
    await shown.get_by_role("button").first.click()
    await shown.get_by_role("button", name="Try it out").click()
    if searched:
        search = shown.locator("tr", has_text="Part of the name, the SKU")
        await search.locator("input").fill(searched)
    await shown.get_by_role("button", name="Execute").click()
    return shown.locator(".live-responses-table")


async def test_swagger_sends_the_session_of_its_own_log_in_and_then_a_token(
    visit: Visit, clerk: Clerk
) -> None:
    page = await visit.open("/docs")
    await signed_in(page, clerk)
    answer = await tried_out(page, "#operations-accounts-log_out")
    await expect(answer.locator(".response-col_status").last).to_contain_text("200")
    assert await page.context.cookies() == []

    await page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    await dialog.locator("#oauth_username").fill(clerk.email)
    await dialog.locator("#oauth_password").fill(PASSWORD)
    async with page.expect_response("**/v1/auth/token") as granted:
        await dialog.locator("button", has_text="Authorize").first.click()
    token = (await (await granted.value).json())["access_token"]
    await expect(dialog.locator("button", has_text="Logout")).to_be_visible()
    await dialog.locator("button", has_text="Close").first.click()

    answer = await tried_out(page, "#operations-catalog-list_items", clerk.sku)
    await expect(answer.locator(".response-col_status").last).to_contain_text("200")
    await expect(answer).to_contain_text(f"Chair of {clerk.sku}")
    stored = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert token not in stored
