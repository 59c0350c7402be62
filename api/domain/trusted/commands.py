"""What may be asked of trusted documents."""

from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from api.domain.fields import Id, Strict, clean_text

MAX_CHARACTERS = 50_000
MAX_DOCUMENTS = 500

TrustedDocumentId = Annotated[
    Id,
    StringConstraints(strict=True, pattern="^sha256:[0-9a-f]{64}$"),
    Field(description="`sha256:` and the 64 hex digits of the text's SHA-256."),
]
DocumentText = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=MAX_CHARACTERS),
    AfterValidator(clean_text),
]


def id_of(text: str) -> Id:
    """The name of a text."""
    return Id(f"sha256:{sha256(text.encode()).hexdigest()}")


class PushTrustedDocuments(Strict):
    """GraphQL documents of a client that is about to be released."""

    texts: Annotated[list[DocumentText], Field(min_length=1, max_length=MAX_DOCUMENTS)]
