"""Parameters by the letter: what nobody declared is refused, and so is what is sent twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import HTTPException, params
from fastapi._compat import ModelField, get_missing_field_error
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError

from api.domain.asking import Asking
from api.domain.filters.declaring import Fields
from api.domain.filters.flat import parameters, unknown

Sent = dict[str, Any]
Given = tuple[ModelField, Any, tuple[str, ...]]
ABSENT = object()
"""The value of what was not sent."""


@dataclass(frozen=True)
class Query:
    """The parameters of one route: their names, and whether each takes several values."""

    known: dict[str, bool]
    fields: Fields | None = None
    """Of a list, what its other parameters are about."""

    @classmethod
    def of(cls, dependant: Dependant, without: set[str], asking: Asking | None = None) -> "Query":
        """What a handler and all that it depends on declare, and what its list may be asked."""
        elsewhere = (params.Path, params.Header, params.Cookie)
        own = {
            field.alias: _is_list(field.field_info.annotation)
            for field in get_flat_params(dependant)
            if not isinstance(field.field_info, elsewhere) and field.alias not in without
        }
        if asking is None:
            return cls(own)
        filters = {name: it.repeated for name, it in parameters(asking.fields).items()}
        arguments = {argument.name: False for argument in asking.arguments}
        return cls(own | filters | arguments, asking.fields)

    def read(self, query_string: bytes) -> Sent:
        """The parameters by name: a text, or a list of them where several are taken."""
        if not query_string:
            return {}
        pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
        strange = {name for name, _ in pairs} - self.known.keys()
        if strange and self.fields is not None:
            raise unknown(self.fields, min(strange))
        _refuse("Unknown query parameter", strange)
        sent: Sent = {}
        twice = set()
        for name, value in pairs:
            if self.known[name]:
                sent.setdefault(name, []).append(value)
            elif name in sent:
                twice.add(name)
            else:
                sent[name] = value
        _refuse("Query parameter sent twice", twice)
        return sent


def of_path(ids: Iterable[ModelField], path: dict[str, str]) -> Iterable[Given]:
    """The ids of a path."""
    return ((id, path[id.alias], ("path", id.alias)) for id in ids)


def validated(given: Iterable[Given]) -> dict[str, Any]:
    """Every value as its field reads it, by name; all that is wrong is refused together."""
    values: dict[str, Any] = {}
    faults: list[Any] = []
    for field, value, where in given:
        if value is not ABSENT:
            values[field.name], wrong = field.validate(value, loc=where)
            faults += wrong
        elif field.field_info.is_required():
            faults.append(get_missing_field_error(where))
    if faults:
        raise RequestValidationError(faults)
    return values


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def _refuse(what: str, names: set[str]) -> None:
    if names:
        raise HTTPException(400, f"{what}: {', '.join(sorted(names))[:200]}.")
