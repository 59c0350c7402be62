"""The shop as it is served, with pages from a folder of the test's choosing."""

from dataclasses import dataclass

from fastapi import FastAPI
from pydantic import SecretStr

from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser
from api.domain.actors import Role
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateItem
from api.domain.money import MoneyInput
from api.domain.scope import Scope
from api.main import create_app
from api.pages import PageSettings, router
from api.settings import Settings
from tests.factories import unique
from tests.sign_ins import bearer_of

PASSWORD = "a password for the clerk"


def shop(settings: Settings, pages: PageSettings) -> FastAPI:
    """The whole application, whose pages are these."""
    others = {
        "pages": False,
        "problem_pages": False,
        "account_pages": False,
        "openapi": True,
        "sdl": True,
    }
    app = create_app(settings.model_copy(update=others))
    app.include_router(router(pages))
    return app


@dataclass(frozen=True)
class Clerk:
    """Somebody with a login, and an item that they can see."""

    email: str
    token: str
    sku: str


async def hire(scope: Scope) -> Clerk:
    """A clerk, and an item of a price but out of stock, called after its own SKU."""
    email, sku = f"{unique('clerk')}@example.com", unique("CHAIR")
    user = await scope.run(
        accounts.create_user,
        CreateUser(email=email, name="Clara", role=Role.CLERK, password=SecretStr(PASSWORD)),
    )
    price = MoneyInput.model_validate({"amount": "9.90", "currency": "EUR"})
    await scope.run(catalog.create_item, CreateItem(sku=sku, name=f"Chair of {sku}", price=price))
    bearer = await bearer_of(scope, user.id)
    return Clerk(email, bearer.removeprefix("Bearer "), sku)
