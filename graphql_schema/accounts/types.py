"""User, ApiKey and what comes of credentials."""

from api.domain.accounts import reads
from api.domain.accounts import service as accounts
from graphql_schema.outputs import Node, link, output


@output
class User(reads.User, Node):
    pass


@output
class Me(reads.Me):
    user: User


@output
class ApiKey(reads.ApiKey, Node):
    user: User | None = link(accounts.users_by_id, "user_id")


@output
class CreatedApiKey(reads.CreatedApiKey):
    api_key: ApiKey


@output
class Token(reads.Token):
    pass
