"""The trusted documents' root fields."""

import strawberry

from api.domain.trusted import service
from graphql_schema.commands import mutation, query
from graphql_schema.trusted.types import Pushed, TrustedDocument


@strawberry.type
class TrustedDocumentQueries:
    trusted_document = query(service.get_trusted_document, TrustedDocument)


@strawberry.type
class TrustedDocumentMutations:
    push_trusted_documents = mutation(service.push_trusted_documents, Pushed)
