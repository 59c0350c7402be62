"""Many customers at once, for whoever has whole files of them: what `create_customer` and
`update_customer` do for one, with the same refusals.
"""

from collections.abc import Mapping, Sequence

from api.domain.actors import Permission
from api.domain.customers.commands import CreateCustomer, UpdateCustomer
from api.domain.customers.events import CustomerCreated, CustomerUpdated
from api.domain.customers.models import Customer
from api.domain.errors import NotFound
from api.domain.fields import Id, new_id
from api.domain.operations import Key, Kind, Operation
from api.domain.scope import Scope
from api.domain.sets import insert_rows, update_rows


async def _create_customers(scope: Scope, commands: Sequence[CreateCustomer]) -> list[Id]:
    """Add customers; their ids."""
    rows = [{"id": new_id("customer"), **command.model_dump()} for command in commands]
    await insert_rows(scope, Customer, rows)
    for row in rows:
        scope.announce(CustomerCreated(row["id"]))
    return [row["id"] for row in rows]


async def _update_customers(scope: Scope, changes: Mapping[Id, UpdateCustomer]) -> None:
    """Change of each customer what is named for it, and only that."""
    rows = {id: command.model_dump() for id, command in changes.items()}
    versions = await update_rows(scope, Customer, rows)
    for id in changes:
        if id not in versions:
            raise NotFound(f"There is no customer {id}.", id)
        scope.announce(CustomerUpdated(id, versions[id]))


create_customers = Operation[Sequence[CreateCustomer], list[Id]](
    "create_customers",
    Kind.COMMAND,
    Permission.CUSTOMERS_WRITE,
    Key.OPTIONAL,
    False,
    _create_customers,
)
update_customers = Operation[Mapping[Id, UpdateCustomer], None](
    "update_customers",
    Kind.COMMAND,
    Permission.CUSTOMERS_WRITE,
    Key.OPTIONAL,
    False,
    _update_customers,
)
