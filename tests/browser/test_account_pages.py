"""Whoever opens the link of a letter gets what it promises."""

from playwright.async_api import Browser, Page, expect

from api.main import create_app
from api.settings import Settings
from tests.accounts.conftest import Stranger
from tests.conftest import DATA
from tests.faces import GraphQLFace
from tests.factories import unique
from tests.letters import Mailbox
from tests.serving import served

NEW = "another horse battery"


async def test_a_stranger_confirms_the_address_and_later_chooses_a_new_password(
    chromium: Browser, graphql: GraphQLFace, settings: Settings
) -> None:
    email = f"{unique('browser')}@example.com"
    stranger = Stranger(graphql.signed_in(None), email, Mailbox(DATA, email))
    await stranger.register()
    with served(create_app(settings.model_copy(update={"pages": False}))) as url:
        page = await chromium.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        await page.goto(f"{url}/confirm-email#code={await stranger.mailbox.code()}")
        await page.get_by_role("button").click()
        await says(page, "The address is confirmed: you can sign in now.")
        assert "#" not in page.url

        await page.goto(f"{url}/reset-password")
        await page.get_by_label("Your e-mail address").fill(email)
        await page.get_by_role("button").click()
        await says(page, "A letter is on its way to this address: it says how to go on.")
        link = f"{url}/reset-password#code={await stranger.mailbox.code(3)}"
        for answer in ("The password is changed.", "The code is not valid, or no longer"):
            await page.goto("about:blank")
            await page.goto(link)
            await page.get_by_label("New password").fill(NEW)
            await page.get_by_role("button").click()
            await says(page, answer)
        await page.close()

    assert faults == []
    await stranger.sign_in(NEW)


async def says(page: Page, answer: str) -> None:
    await expect(page.get_by_role("status")).to_contain_text(answer)
