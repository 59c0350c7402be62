"""One thing put under a key of its own: created where nothing has the key, else replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.base import Base
from api.domain.errors import Busy, ValidationFailed
from api.domain.fields import Id, new_id
from api.domain.scope import Scope
from api.domain.sets import ids_by_key, insert_rows

ATTEMPTS = 5


@dataclass(frozen=True)
class Keyed:
    """Things of a kind, of which no two have the same key; they are put at `<prefix>:<key>`."""

    word: str
    model: type[Base]
    key: InstrumentedAttribute[Any]
    prefix: str
    longest: int
    any_case: bool = False

    def key_put(self, ref: Id, sent: str | None) -> str | None:
        """The key that a thing gets which is put at this reference, None to keep the one it has;
        refuses a body that contradicts the address.
        """
        prefix, _, addressed = ref.partition(":")
        if prefix != self.prefix:
            return sent
        if len(addressed) > self.longest:
            message = f"Here {self.prefix}: is followed by {self.longest} characters at most."
            raise ValidationFailed.at([f"{self.word}_id"], "string_too_long", message)
        if sent is not None and self._compared(sent) != self._compared(addressed):
            raise ValidationFailed.at([self.key.key], "contradiction", f"The address says {ref}.")
        return sent or addressed

    async def put(
        self, scope: Scope, known: Id | None, key: str | None, values: Mapping[str, Any]
    ) -> tuple[Id, int]:
        """Replace what is `known` or has the key, or create it; its id and its version. One that
        another caller creates meanwhile is replaced as well.
        """
        named = {self.key.key: key} if key else {}
        for _ in range(ATTEMPTS):
            if known is None and key is not None:
                [(_, known)] = await ids_by_key(
                    scope, self._id, self.key, [key], any_case=self.any_case
                )
            if known is not None:
                return known, await self._replace(scope, known, {**values, **named})
            scope.judge(self.word, None)
            row = {"id": new_id(self.word), **values, **named}
            if await insert_rows(scope, self.model, [row], unless=self._unique):
                return row["id"], 1
        raise Busy("Others create and rename the same thing. Nothing was done; try again.")

    async def _replace(self, scope: Scope, id: Id, values: Mapping[str, Any]) -> int:
        row = await scope.lock(self.model, id, self.word)
        for name, value in values.items():
            setattr(row, name, value)
        await scope.session.flush()
        return int(row.version)  # type: ignore[attr-defined]

    @property
    def _id(self) -> InstrumentedAttribute[Any]:
        return self.model.id  # type: ignore[attr-defined,no-any-return]

    @property
    def _unique(self) -> ColumnElement[Any]:
        return func.lower(self.key) if self.any_case else self.key  # type: ignore[return-value]

    def _compared(self, key: str) -> str:
        return key.lower() if self.any_case else key
