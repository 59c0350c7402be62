"""Trusted documents."""

from api.domain.trusted import reads
from graphql_schema.outputs import output


@output
class TrustedDocument(reads.TrustedDocument):
    pass


@output
class Pushed(reads.Pushed):
    pass
