"""User, ApiKey and what comes of credentials."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.domain.accounts import reads
from graphql_schema.outputs import Node, link, output

if TYPE_CHECKING:
    from graphql_schema.media.types import Upload

Avatar = Annotated["Upload", strawberry.lazy("graphql_schema.media.types")]


@output
class User(reads.User, Node):
    avatar: Avatar | None = link()


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
