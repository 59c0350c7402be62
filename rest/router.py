"""The whole REST face, under /v1."""

from fastapi import APIRouter

from rest.accounts import router as accounts
from rest.catalog import router as catalog
from rest.customers import router as customers
from rest.locations import router as locations
from rest.orders import router as orders
from rest.stock import router as stock

AREAS = (
    accounts.auth,
    accounts.users,
    accounts.api_keys,
    catalog.categories,
    catalog.items,
    locations.locations,
    stock.changes,
    stock.levels,
    stock.movements,
    stock.postings,
    customers.customers,
    orders.orders,
    orders.fulfillments,
)


def v1() -> APIRouter:
    """Every route of version 1."""
    router = APIRouter(prefix="/v1")
    for area in AREAS:
        router.include_router(area)
    return router
