"""`stockroom create-admin`."""

import os
from typing import Annotated

import typer
from pydantic import SecretStr, ValidationError

from api.cli.console import Failed, database_of, run, say, with_secret
from api.database import Database
from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser
from api.domain.actors import SYSTEM, Role
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.settings import Settings


def create_admin(
    email: Annotated[str, typer.Argument(help="The e-mail address to sign in with.")],
    name: Annotated[str, typer.Option(help="How the person is called.")] = "Administrator",
) -> None:
    """Create a user who may do everything; asks for the password, or takes
    STOCKROOM_ADMIN_PASSWORD.
    """
    settings = with_secret(Settings())
    password = os.environ.get("STOCKROOM_ADMIN_PASSWORD") or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    try:
        command = CreateUser(
            email=email, name=name, role=Role.ADMIN, password=SecretStr(str(password))
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise Failed(f"{fault['loc'][0]}: {fault['msg']}") from None
    with database_of(settings) as url:
        ready = settings.model_copy(update={"database_url": url})
        run(_create(ready, command))
    say(f"{command.email} may now do everything.")


async def _create(settings: Settings, command: CreateUser) -> None:
    resources = Resources.of(settings)
    database: Database = resources.database
    try:
        scope = Scope(database, SYSTEM, resources.keyring)
        await scope.run(accounts.create_user, command)
    except StockroomError as refused:
        raise Failed(refused.message) from None
    finally:
        await database.close()
