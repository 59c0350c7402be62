"""The text of one generated function: lines, and the names it uses."""

from typing import Any

from api.domain.json_rows import InJson


class Names:
    """The globals of the generated functions; the only way by which values get into them."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.values: dict[str, Any] = dict(given)
        self._known: dict[int, str] = {}

    def of(self, value: Any, word: str) -> str:
        """The name of a value, made from a word that is good in an identifier."""
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = self.new(word)
            self.values[name] = value
        return name

    def new(self, word: str) -> str:
        """A name that nothing else has."""
        if not word.isidentifier():
            raise ValueError(f"{word!r} is no word for a name")
        name = f"{word}_{len(self.values)}"
        self.values[name] = None
        return name


class Body:
    """The lines of one function in the making."""

    def __init__(self) -> None:
        self.waits = False
        self.lines: list[str] = []
        self.entries: list[str] = []
        self.columns: list[str] = []
        self.in_json: list[tuple[InJson, str, str]] = []
        self._number = 0

    def let(self, word: str, expression: str) -> str:
        """Write an assignment; gives the name of the variable, which no global has: they have an
        underscore.
        """
        name = self.name(word)
        self.lines.append(f"{name} = {expression}")
        return name

    def name(self, word: str) -> str:
        """The name of a variable that is assigned later."""
        self._number += 1
        return f"{word}{self._number}"

    def answer(self, key: str, expression: str) -> None:
        """An entry of each parent's answer that is an expression over the parent `o`."""
        self.entries.append(f"{key!r}: {expression}")

    def answer_column(self, key: str, column: str) -> None:
        """An entry of each parent's answer that was worked out for all parents."""
        each = f"c{len(self.columns) + 1}"
        self.columns.append(column)
        self.entries.append(f"{key!r}: {each}")

    def text(self, name: str) -> str:
        """The whole function."""
        head = f"{'async ' if self.waits else ''}def {name}(objects, run):"
        entries = "".join(f"            {entry},\n" for entry in self.entries)
        each = ", ".join(["o", *(f"c{n + 1}" for n in range(len(self.columns)))])
        rows = f"zip({', '.join(['objects', *self.columns])})" if self.columns else "objects"
        lines = "".join(f"    {line}\n" for line in self.lines)
        display = (
            f"    return [\n        {{\n{entries}        }}\n        for {each} in {rows}\n    ]"
        )
        return f"{head}\n{lines}{display}\n"
