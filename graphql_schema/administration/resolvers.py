"""The administrators' root fields."""

import strawberry

from api.domain import books
from api.domain.accounts import service as accounts
from graphql_schema.accounts.types import LoggedOut, Session
from graphql_schema.administration.types import Audit
from graphql_schema.commands import mutation, query
from graphql_schema.paging import connection


@strawberry.type
class AdministrationQueries:
    audit = query(books.get_audit, Audit)
    all_sessions = connection(accounts.list_all_sessions, Session)


@strawberry.type
class AdministrationMutations:
    log_out_user = mutation(accounts.log_out_user, LoggedOut)
