"""What can be done about customers."""

from collections.abc import Sequence

from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.bulk import Bulk, BulkOf, in_bulk
from api.domain.customers import models, reads
from api.domain.customers.bulk import create_customers
from api.domain.customers.commands import CreateCustomer, UpdateCustomer, UpsertCustomer
from api.domain.customers.events import CustomerCreated, CustomerUpdated
from api.domain.customers.reads import Customer
from api.domain.fields import CustomerRef, Id
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope
from api.domain.sqlstates import unique
from api.domain.upserting import Keyed

unique("uq_customers_external_ref", "external_ref", "Another customer has this reference.")
_KEYED = Keyed("customer", models.Customer, models.Customer.external_ref, "ref", longest=100)


@operation(Kind.QUERY, Permission.CUSTOMERS_READ, listing=reads.CUSTOMERS)
async def list_customers(scope: Scope, which: Which, window: Window) -> Page[Customer]:
    """Customers, by name unless asked otherwise."""
    rule = reads.visible(scope.actor)
    return await reads.CUSTOMERS.page(scope, which, window, rule=rule)


@operation(Kind.QUERY, Permission.CUSTOMERS_READ)
async def get_customer(scope: Scope, customer_id: CustomerRef) -> Customer:
    """One customer, by id or `ref:`."""
    return await reads.customer(scope, customer_id)


@operation(Kind.BULK, Permission.CUSTOMERS_READ)
async def customers_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Customer]:
    """Customers for links."""
    return await reads.customers_by_id(scope, ids)


@operation(Kind.COMMAND, Permission.CUSTOMERS_WRITE)
async def create_customer(scope: Scope, command: CreateCustomer) -> Customer:
    """Add a customer."""
    row = models.Customer(**command.model_dump())
    scope.session.add(row)
    await scope.session.flush()
    scope.announce(CustomerCreated(row.id))
    return await reads.customer(scope, row.id)


@operation(Kind.COMMAND, Permission.CUSTOMERS_WRITE, key=Key.REQUIRED)
async def customer_bulk_create(scope: Scope, command: BulkOf[CreateCustomer]) -> Bulk[Customer]:
    """Add customers."""
    return await in_bulk(scope, command, _create_each)


async def _create_each(scope: Scope, commands: Sequence[CreateCustomer]) -> list[Customer]:
    ids = await create_customers(scope, commands)
    found = await reads.customers_by_id(scope, ids)
    return [found[id] for id in ids]


@operation(Kind.COMMAND, Permission.CUSTOMERS_WRITE, versioned=True)
async def update_customer(
    scope: Scope, customer_id: CustomerRef, command: UpdateCustomer
) -> Customer:
    """Change what is named, and only that."""
    known = await reads.customer(scope, customer_id)
    row = await scope.lock(models.Customer, known.id, "customer")
    for name, value in command.model_dump().items():
        setattr(row, name, value)
    await scope.session.flush()
    scope.announce(CustomerUpdated(row.id, row.version))
    return await reads.customer(scope, row.id)


@operation(Kind.COMMAND, Permission.CUSTOMERS_WRITE, upserts=True)
async def upsert_customer(
    scope: Scope, customer_id: CustomerRef, command: UpsertCustomer
) -> Customer:
    """Create the customer of a `ref:`, at version 1, or replace what is there."""
    known = None if ":" in customer_id else (await reads.customer(scope, customer_id)).id
    values = command.model_dump()
    key = _KEYED.key_put(customer_id, values.pop("external_ref", None))
    id, version = await _KEYED.put(scope, known, key, values)
    scope.announce(CustomerCreated(id) if version == 1 else CustomerUpdated(id, version))
    return await reads.customer(scope, id)
