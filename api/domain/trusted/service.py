"""What can be done about trusted documents."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from api.domain.actors import Permission
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.operations import Kind, operation
from api.domain.scope import Scope
from api.domain.trusted import models, reads
from api.domain.trusted.commands import PushTrustedDocuments, TrustedDocumentId, id_of
from api.domain.trusted.reads import Pushed, TrustedDocument


@operation(Kind.QUERY, Permission.DOCUMENTS_MANAGE)
async def get_trusted_document(
    scope: Scope, trusted_document_id: TrustedDocumentId
) -> TrustedDocument:
    """One document, by its hash."""
    found = await reads.documents_by_id(scope, [trusted_document_id])
    if trusted_document_id not in found:
        raise NotFound(f"There is no document {trusted_document_id}.", trusted_document_id)
    return found[trusted_document_id]


@operation(Kind.BULK, Permission.PUBLIC)
async def trusted_documents_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, TrustedDocument]:
    """Documents for who names them: what they ask for is guarded when it is asked."""
    return await reads.documents_by_id(scope, ids)


@operation(Kind.COMMAND, Permission.DOCUMENTS_MANAGE)
async def push_trusted_documents(scope: Scope, command: PushTrustedDocuments) -> Pushed:
    """Store documents, so that clients may name them by their hashes; those that are there stay as
    they are.
    """
    texts = {id_of(text): text for text in command.texts}
    rows = [{"id": id, "text": text} for id, text in sorted(texts.items())]
    new = insert(models.TrustedDocument).values(rows).on_conflict_do_nothing()
    stored = len(await scope.fetch(new.returning(models.TrustedDocument.id)))
    return Pushed(stored, len(texts) - stored)
