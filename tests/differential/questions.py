"""A question that two applications are asked, and how GraphQL writes the values in it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


class Word(str):
    """The name of an enum's member, which a document writes without quotes."""

    __slots__ = ()


class Variable(str):
    """The name of a variable, which stands for its value."""

    __slots__ = ()


@dataclass(frozen=True)
class Question:
    """One request: a document, its variables, who asks, and which failures are injected."""

    document: str
    variables: dict[str, Any] | None
    operation_name: str | None
    caller: str
    accept: str
    failures: str | None
    method: str = "POST"
    seen: Counter[str] = field(default_factory=Counter, compare=False)

    @property
    def sent(self) -> dict[str, Any]:
        """The parameters of the request."""
        sent: dict[str, Any] = {"query": self.document}
        if self.variables is not None:
            sent["variables"] = self.variables
        if self.operation_name is not None:
            sent["operationName"] = self.operation_name
        return sent

    @property
    def body(self) -> bytes:
        """What is posted."""
        return json.dumps(self.sent).encode()

    @property
    def query_string(self) -> dict[str, str]:
        """The same in the address of a GET."""
        sent = self.sent
        if "variables" in sent:
            sent["variables"] = json.dumps(sent["variables"])
        return sent


def literal(value: Any) -> str:
    """A value as a document writes it."""
    if isinstance(value, Variable):
        return f"${value}"
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {literal(entry)}' for name, entry in value.items())}}}"
    return json.dumps(value)
