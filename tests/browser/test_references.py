"""A developer reads the REST operations, and tries one."""

from playwright.async_api import expect

from tests.browser.conftest import REFERENCES, Visit, laid_out
from tests.browser.shop import PASSWORD, Clerk
from tests.browser.test_explorer import log_in


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
        await expect(page.locator(".waiting")).to_have_count(0)
        await page.get_by_role("link", name="Home").click()
    await expect(page.get_by_text("Stockroom 1.2.3")).to_be_visible()


async def test_swagger_logs_in_and_an_operation_answers(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/docs")
    await page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    await dialog.locator("#oauth_username").fill(clerk.email)
    await dialog.locator("#oauth_password").fill(PASSWORD)
    async with page.expect_response("**/v1/auth/token") as granted:
        await dialog.locator("button", has_text="Authorize").first.click()
    token = (await (await granted.value).json())["access_token"]
    await expect(dialog.locator("button", has_text="Logout")).to_be_visible()
    await dialog.locator("button", has_text="Close").first.click()

    operation = page.locator("#operations-catalog-list_items")
    await operation.get_by_role("button").first.click()
    await operation.get_by_role("button", name="Try it out").click()
    await (
        operation.locator("tr", has_text="Part of the name, the SKU")
        .locator("input")
        .fill(clerk.sku)
    )
    await operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table")
    await expect(answer.locator(".response-col_status").last).to_contain_text("200")
    await expect(answer).to_contain_text(f"Chair of {clerk.sku}")
    stored = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert token not in stored


async def test_swagger_sends_the_session_of_its_own_log_in(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/docs")
    await log_in(page, clerk.email)
    await expect(page.get_by_text(f"Signed in as {clerk.email}")).to_be_visible()

    operation = page.locator("#operations-accounts-log_out")
    await operation.get_by_role("button").first.click()
    await operation.get_by_role("button", name="Try it out").click()
    await operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table")
    await expect(answer.locator(".response-col_status").last).to_contain_text("200")
    assert await page.context.cookies() == []


async def test_redoc_lays_out_the_operations(visit: Visit) -> None:
    page = await visit.open("/redoc")

    await expect(page.get_by_role("heading", name="List Items").first).to_be_visible()
    await expect(page.get_by_role("menuitem", name="catalog").first).to_be_visible()
