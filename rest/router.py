"""The whole REST face, under /v1."""

from fastapi import FastAPI

from rest.accounts import router as accounts
from rest.administration import router as administration
from rest.catalog import router as catalog
from rest.customers import router as customers
from rest.locations import router as locations
from rest.orders import router as orders
from rest.reports import router as reports
from rest.stock import router as stock
from rest.trusted import router as trusted
from rest.uploads import router as uploads

AREAS = (
    accounts.auth,
    accounts.sessions,
    accounts.users,
    accounts.api_keys,
    catalog.categories,
    catalog.items,
    locations.locations,
    stock.changes,
    stock.levels,
    stock.movements,
    stock.postings,
    reports.reports,
    customers.customers,
    orders.orders,
    orders.fulfillments,
    trusted.trusted_documents,
    uploads.uploads,
    uploads.images,
    uploads.avatar,
    administration.admin,
)


def mount(app: FastAPI) -> None:
    """Serve every route of version 1.

    The routes are taken as they are: `include_router` would build each a second time.
    """
    for area in AREAS:
        app.router.routes.extend(area.routes)
