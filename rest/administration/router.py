"""/v1/admin: for administrators alone, whatever stands here."""

from typing import Annotated

from fastapi import Query

from api.domain import books
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import AnySessionFilter
from api.domain.accounts.reads import LoggedOut, Session
from api.domain.actors import Permission
from api.domain.books import Audit
from api.domain.errors import NotFound
from api.domain.fields import UserId
from api.domain.paging import Page
from rest.accounts.schemas import AnySessionQuery
from rest.doors import ReaderDep, WriterDep
from rest.guards import requires
from rest.problems import refusals
from rest.routes import area

admin = area("/admin", "administration", requires(Permission.ADMINISTER))


@admin.get("/audit", responses=refusals())
async def get_audit(reader: ReaderDep) -> Audit:
    """The books recomputed from the ledger, as `stockroom audit` does it; large ones need that."""
    return await reader.run(books.get_audit)


@admin.get("/sessions", responses=refusals())
async def list_all_sessions(
    reader: ReaderDep, query: Annotated[AnySessionQuery, Query()]
) -> Page[Session]:
    """Everybody's sessions that are open, a page at a time."""
    return await reader.run(accounts.list_all_sessions, query.only(AnySessionFilter), query.window)


@admin.post("/users/{user_id}/log-out", responses=refusals(NotFound))
async def log_out_user(writer: WriterDep, user_id: UserId) -> LoggedOut:
    """End every session of a user, within five seconds everywhere; their API keys stay."""
    return await writer.run(accounts.log_out_user, user_id)
