"""The root fields of customers."""

import strawberry

from api.domain.customers import service
from graphql_schema.bulk import Bulk
from graphql_schema.commands import mutation, query
from graphql_schema.customers.types import Customer
from graphql_schema.paging import connection


@strawberry.type
class CustomerQueries:
    customer = query(service.get_customer, Customer)
    customers = connection(service.list_customers, Customer)


@strawberry.type
class CustomerMutations:
    create_customer = mutation(service.create_customer, Customer)
    customer_bulk_create = mutation(service.customer_bulk_create, Bulk[Customer])
    upsert_customer = mutation(service.upsert_customer, Customer)
    update_customer = mutation(service.update_customer, Customer)
