"""Trusted documents as both faces send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.domain.conditions import one_of
from api.domain.fields import Id
from api.domain.scope import Scope
from api.domain.selecting import Source
from api.domain.trusted.models import TrustedDocument as D


@dataclass(slots=True)
class TrustedDocument:
    """A GraphQL document that clients may name by its hash."""

    id: Id
    text: str
    created_at: datetime


@dataclass(slots=True)
class Pushed:
    """What a push came to: how many documents are new, and how many were there before."""

    stored: int
    known: int


DOCUMENT = Source(TrustedDocument, D)
_BY_ID = one_of("ids", D.id)


async def documents_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, TrustedDocument]:
    """The documents that are stored, by id."""
    return {row.id: row for row in await DOCUMENT.rows(scope, _BY_ID(ids))}
