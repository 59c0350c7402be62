"""/v1/admin: for administrators alone, whatever stands here."""

from api.domain import books
from api.domain.accounts import service as accounts
from api.domain.accounts.reads import LoggedOut
from api.domain.actors import Permission
from api.domain.books import Audit
from api.domain.errors import NotFound
from api.domain.fields import UserId
from rest.doors import ReaderDep, WriterDep
from rest.guards import requires
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area

admin = area("/admin", "administration", requires(Permission.ADMINISTER))


@admin.get("/audit", responses=refusals())
async def get_audit(reader: ReaderDep) -> Audit:
    """The books recomputed from the ledger, as `stockroom audit` does it; large ones need that."""
    return await reader.run(books.get_audit)


lists(admin, accounts.list_all_sessions, "/sessions")


@admin.post("/users/{user_id}/log-out", responses=refusals(NotFound))
async def log_out_user(writer: WriterDep, user_id: UserId) -> LoggedOut:
    """End every session of a user, within five seconds everywhere; their API keys stay."""
    return await writer.run(accounts.log_out_user, user_id)
