"""/v1/customers."""

from api.domain.bulk import Bulk, BulkOf, BulkRefused
from api.domain.customers import service
from api.domain.customers.commands import CreateCustomer, UpdateCustomer, UpsertCustomer
from api.domain.customers.reads import Customer
from api.domain.errors import Duplicate, NotFound
from api.domain.fields import CustomerRef
from rest.doors import ReaderDep, WriterDep
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area, created

customers = area("/customers", "customers")


lists(customers, service.list_customers)


@customers.get("/{customer_id}", responses=refusals(NotFound))
async def get_customer(reader: ReaderDep, customer_id: CustomerRef) -> Customer:
    """One customer, by id or `ref:`."""
    return await reader.run(service.get_customer, customer_id)


@customers.post("", status_code=201, responses=refusals(Duplicate))
async def create_customer(writer: WriterDep, command: CreateCustomer) -> Customer:
    """Add a customer."""
    return await writer.run(service.create_customer, command)


@customers.post("/bulk", responses=refusals(BulkRefused))
async def customer_bulk_create(
    writer: WriterDep, command: BulkOf[CreateCustomer]
) -> Bulk[Customer]:
    """Add up to 500 customers; needs an `Idempotency-Key`."""
    return await writer.run(service.customer_bulk_create, command)


@customers.put("/{customer_id}", responses=refusals(NotFound, Duplicate) | created(Customer))
async def upsert_customer(
    writer: WriterDep, customer_id: CustomerRef, command: UpsertCustomer
) -> Customer:
    """Create the customer of a `ref:` (201), or replace what is there (200)."""
    return await writer.run(service.upsert_customer, customer_id, command)


@customers.patch("/{customer_id}", responses=refusals(NotFound, Duplicate))
async def update_customer(
    writer: WriterDep, customer_id: CustomerRef, command: UpdateCustomer
) -> Customer:
    """Change what is named, and only that."""
    return await writer.run(service.update_customer, customer_id, command)
