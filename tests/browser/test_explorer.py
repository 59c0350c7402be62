"""A developer opens the GraphQL explorer."""

import json
import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from api.domain.scope import Scope
from api.pages import PageSettings
from tests.browser.conftest import Visit
from tests.browser.newsroom import newsroom
from tests.browser.shop import PASSWORD, Clerk
from tests.serving import served
from tests.sign_ins import end_all_sessions

REFUSED = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
NOBODY = "Sign in first: send a bearer token or an API key."


async def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Email", exact=True).fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Log in", exact=True).click()


async def signed_in(page: Page, clerk: Clerk) -> None:
    """Log in, and wait until the page knows it: what runs before is a stranger's."""
    await log_in(page, clerk.email)
    await expect(page.get_by_text(f"Signed in as {clerk.email}")).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Type an operation named Mine; the editor closes the brackets and quotes by itself."""
    await page.locator(".graphiql-query-editor .CodeMirror").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type(text)


async def write_search(page: Page, sku: str) -> None:
    await write(page, f'query Mine {{ items(q: "{sku}") {{ nodes {{ sku name ')


async def run(page: Page) -> None:
    """By the keyboard, once the explorer has understood which operation is in its editor."""
    await page.keyboard.press("Escape")
    await expect(page.locator(".graphiql-tab-active .graphiql-tab-button")).to_have_text("Mine")
    await page.keyboard.press("Control+Enter")


async def test_it_opens_with_example_operations(visit: Visit) -> None:
    page = await visit.open("/graphiql")

    await expect(page.locator(".graphiql-tab-button")).to_have_text(
        ["Items", "Orders", "PlaceOrder"]
    )


async def test_a_clerk_logs_in_and_sees_items_with_completion(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)

    await write(page, f'query Mine {{ item(id: "sku:{clerk.sku}") {{ nam')
    await expect(page.locator(".CodeMirror-hints")).to_contain_text("name")
    await page.keyboard.press("Enter")
    await run(page)

    await expect(page.locator(".result-window")).to_contain_text(f"Chair of {clerk.sku}")


async def test_a_run_shows_what_it_cost(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)
    await write(page, "query Mine { items { nodes { sku ")
    await run(page)

    await expect(page.locator("#status")).to_have_text(
        re.compile(r"Cost of this run: requested \d+, maximum \d+")
    )


async def test_without_logging_in_nothing_is_shown(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await expect(page.locator("#status")).to_contain_text("no credentials")

    await write_search(page, clerk.sku)
    await run(page)

    await expect(page.locator(".result-window")).to_contain_text(NOBODY)
    await expect(page.locator(".result-window")).not_to_contain_text(f"Chair of {clerk.sku}")


async def test_a_wrong_password_is_explained(visit: Visit, clerk: Clerk) -> None:
    visit.expected = [REFUSED]
    page = await visit.open("/graphiql")
    await log_in(page, clerk.email, password="not this one")

    await expect(page.locator("#status")).to_have_text(
        "Could not log in: The e-mail address or the password is wrong."
    )
    await expect(page.get_by_label("Email", exact=True)).to_have_value(clerk.email)


async def test_a_credential_that_is_no_longer_good_is_explained(visit: Visit) -> None:
    page = await visit.open("/graphiql")
    await page.get_by_label("Token or API key").fill("sr_no_such_key")
    await page.get_by_role("button", name="Use").click()

    await expect(page.locator("#status")).to_contain_text("The server refused these credentials")
    visit.expected = [REFUSED] * len(visit.complaints)
    assert visit.complaints


async def test_a_pasted_token_serves_queries_until_signing_out(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await page.get_by_label("Token or API key").fill(f"Bearer {clerk.token}")
    await page.get_by_role("button", name="Use").click()
    await write_search(page, clerk.sku)
    await run(page)
    await expect(page.locator(".result-window")).to_contain_text(f"Chair of {clerk.sku}")

    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Execute query").click()

    await expect(page.locator(".result-window")).to_contain_text(NOBODY)


async def test_a_refused_mutation_says_why(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)
    await write(
        page,
        f'mutation Mine {{ placeOrder(input: {{ idempotencyKey: "{clerk.sku}", lines: '
        f'[{{ itemId: "sku:{clerk.sku}", quantity: 1 }}] }}) '
        "{ result { id } errors { code ",
    )
    await run(page)

    await expect(page.locator(".result-window")).to_contain_text("INSUFFICIENT_STOCK")
    answer = json.loads(
        await page.locator(".result-window .CodeMirror").evaluate(
            "element => element.CodeMirror.getValue()"
        )
    )
    refused = {"result": None, "errors": [{"code": "INSUFFICIENT_STOCK"}]}
    assert answer["data"] == {"placeOrder": refused}


async def test_a_subscription_carries_the_same_token(chromium: Browser, assets: Path) -> None:
    with served(newsroom(PageSettings(version="1.2.3", assets=assets))) as address:
        async with await chromium.new_context() as context:
            visit = Visit(await context.new_page(), address)
            page = await visit.open("/graphiql")
            await page.get_by_label("Token or API key").fill("good-enough-here")
            await page.get_by_role("button", name="Use").click()
            await write(page, "subscription Mine { events ")
            await run(page)

            await expect(page.locator(".result-window")).to_contain_text(
                "order.placed for Bearer good-enough-here"
            )


async def test_no_credential_is_written_to_the_browsers_storage(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)
    await expect(page.locator("#who")).not_to_be_empty()
    [secret] = [it["value"] for it in await page.context.cookies() if it["name"] == "stockroom"]
    await page.get_by_role("button", name="Headers").click()
    await page.locator(".graphiql-editor-tool .CodeMirror").last.click()
    await page.keyboard.type('{"X-Secret": "typed-by-hand"')
    await write_search(page, clerk.sku)
    await run(page)
    await expect(page.locator(".result-window")).to_contain_text(f"Chair of {clerk.sku}")
    await page.wait_for_function("JSON.stringify({...localStorage}).includes('sku')")

    stored = await page.evaluate(STORED)

    assert secret not in stored
    assert PASSWORD not in stored
    assert "typed-by-hand" not in stored


async def test_who_is_logged_in_stays_so_until_signing_out(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)
    cookies = {it["name"]: it for it in await page.context.cookies()}

    await visit.open("/docs")
    await expect(page.get_by_text(f"Signed in as {clerk.email}")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    await page.goto(f"{visit.shop_url}/graphiql")
    await write_search(page, clerk.sku)
    await run(page)

    await expect(page.locator(".result-window")).to_contain_text(NOBODY)
    assert {name: it["httpOnly"] for name, it in cookies.items()} == {
        "stockroom": True,
        "stockroom_csrf": False,
    }
    assert {it["sameSite"] for it in cookies.values()} == {"Strict"}
    assert await page.context.cookies() == []


async def test_a_session_that_ended_elsewhere_is_signed_out_when_the_page_opens(
    visit: Visit, clerk: Clerk, scope: Scope
) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)
    await expect(page.locator("#who")).not_to_be_empty()
    await end_all_sessions(scope, clerk.email)

    visit.expected = [REFUSED]
    await page.reload()

    await expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    await page.wait_for_function("!document.cookie.includes('stockroom_csrf')")


async def test_a_mutation_of_a_logged_in_browser_is_done(visit: Visit, clerk: Clerk) -> None:
    page = await visit.open("/graphiql")
    await signed_in(page, clerk)
    await write(page, 'mutation Mine { createCustomer(input: { name: "Ada" }) { result { name ')
    await run(page)

    await expect(page.locator(".result-window")).to_contain_text("Ada")
