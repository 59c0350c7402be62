"""User, ApiKey and what comes of credentials."""

from api.domain.accounts import reads
from graphql_schema.outputs import Node, output


@output
class User(reads.User, Node):
    pass


@output
class Me(reads.Me):
    user: User


@output
class ApiKey(reads.ApiKey, Node):
    pass


@output
class CreatedApiKey(reads.CreatedApiKey):
    api_key: ApiKey


@output
class Notice(reads.Notice):
    pass


@output
class Token(reads.Token):
    pass


@output
class Session(reads.Session, Node):
    pass


@output
class LoggedOut(reads.LoggedOut):
    pass


@output
class BrowserSession(reads.BrowserSession):
    user: User
