"""/v1/trusted-documents."""

from api.domain.errors import NotFound
from api.domain.trusted import service
from api.domain.trusted.commands import PushTrustedDocuments, TrustedDocumentId
from api.domain.trusted.reads import Pushed, TrustedDocument
from rest.doors import ReaderDep, WriterDep
from rest.problems import refusals
from rest.routes import area

trusted_documents = area("/trusted-documents", "trusted documents")


@trusted_documents.get("/{trusted_document_id}", responses=refusals(NotFound))
async def get_trusted_document(
    reader: ReaderDep, trusted_document_id: TrustedDocumentId
) -> TrustedDocument:
    """One GraphQL document, by its hash."""
    return await reader.run(service.get_trusted_document, trusted_document_id)


@trusted_documents.post("", responses=refusals())
async def push_trusted_documents(writer: WriterDep, command: PushTrustedDocuments) -> Pushed:
    """Store GraphQL documents, so that clients may name them by their hashes."""
    return await writer.run(service.push_trusted_documents, command)
