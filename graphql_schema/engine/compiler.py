"""Writes the Python of an operation: a function for every selection set, children first."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from api.domain.json_rows import InJson, Room, together
from graphql_schema.engine import columns
from graphql_schema.engine.fields import Asked, Attribute, Link, Way, row_of, way_to
from graphql_schema.engine.resolving import Call
from graphql_schema.engine.selections import NotCoveredError, Selected, Selections
from graphql_schema.engine.source import Body, Names
from graphql_schema.engine.types import Types
from graphql_schema.engine.written import written_by_database

_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
_RUNTIME = {
    function.__name__: function
    for function in (
        columns.dealt,
        columns.flat,
        columns.present,
        columns.put,
        columns.shared,
        columns.shared_or_null,
        columns.spread,
    )
}


@dataclass(frozen=True, slots=True)
class Written:
    """A function that was written; one that waits for something is a coroutine function."""

    name: str
    waits: bool


class Compiler:
    """Compiles one operation; where there is `room`, PostgreSQL writes what links lead to."""

    def __init__(self, types: Types, selections: Selections, room: Room | None = None) -> None:
        self._types, self._selections = types, selections
        self._names = Names(_RUNTIME)
        self._written: dict[Any, Written] = {}
        self._texts: dict[str, Written] = {}
        self.fields = 0
        self._room = room
        self._read: dict[type, set[str] | None] = {}

    def compile(self) -> tuple[Any, str]:
        """The function of the root and the text of the module that it stands in."""
        body = Body()
        body.waits = True
        root = self._selections.root_type
        for key, selected in self._selections.of_root().items():
            self._field(body, root, key, selected, at_root=True)
        written = self._write(body, root.name)
        source = "\n\n".join(text.replace("NAME", w.name, 1) for text, w in self._texts.items())
        exec(compile(source, "<compiled GraphQL>", "exec"), self._names.values)  # noqa: S102
        return self._names.values[written.name], source

    @property
    def reads(self) -> dict[type, frozenset[str]]:
        """What is read of rows, by their class; of those that a resolver sees, who knows?"""
        known = self._read.items()
        return {row: frozenset(names) for row, names in known if names is not None}

    def _note(self, of: GraphQLObjectType, way: Way) -> None:
        row = row_of(of)
        if row is None:
            return
        names = self._read.setdefault(row, set())
        if isinstance(way, Asked):
            self._read[row] = None
        elif names is not None:
            names.add(way.key if isinstance(way, Link) else way.name)

    def _write(self, body: Body, word: str) -> Written:
        """The function with this body, which need not be written again if there is one."""
        text = body.text("NAME")
        if text not in self._texts:
            self._texts[text] = Written(self._names.new(word), body.waits)
        return self._texts[text]

    def _selection(self, of: GraphQLObjectType, selected: Selected) -> Written:
        """The function for a selection set; places that select the very same share one."""
        fields = self._selections.below(of, selected)
        nodes = ((key, *(id(each.node) for each in below)) for key, below in fields.items())
        known = (of.name, *nodes)
        if known not in self._written:
            body = Body()
            judge = self._names.of(self._types.judge(of), f"judge_{of.name}")
            body.lines.append(f"{judge}(objects)")
            for key, below in fields.items():
                self._field(body, of, key, below, at_root=False)
            self._read_json(body)
            self._written[known] = self._write(body, of.name)
        return self._written[known]

    def _field(
        self, body: Body, of: GraphQLObjectType, key: str, selected: Selected, *, at_root: bool
    ) -> None:
        self.fields += 1
        name = selected[0].node.name.value
        if name == "__typename":
            return body.answer(key, repr(of.name))
        definition = of.fields.get(name) or _META[name]
        way = way_to(definition)
        self._note(of, way)
        if isinstance(way, Attribute) and is_leaf_type(get_nullable_type(definition.type)):
            return body.answer(key, self._leaf(definition.type, f"o.{way.name}"))
        if isinstance(way, Link):
            return self._link(body, way, definition, key, selected)
        if isinstance(way, Attribute):
            values = body.let("values", f"[o.{way.name} for o in objects]")
        else:
            values = self._asked(body, of, definition, key, selected, at_root)
        return body.answer_column(key, self._complete(body, definition.type, values, selected))

    def _asked(
        self,
        body: Body,
        of: GraphQLObjectType,
        definition: GraphQLField,
        key: str,
        selected: Selected,
        at_root: bool,
    ) -> str:
        body.waits = True
        call = Call(of, definition, [details.node for details in selected], key)
        name = self._names.of(call, "call")
        asked = f"{name}.of_root(run)" if at_root else f"{name}.of_all(objects, run)"
        return body.let("values", f"await {asked}")

    def _link(
        self, body: Body, link: Link, definition: GraphQLField, key: str, selected: Selected
    ) -> None:
        """Ask once for all that the parents lead to, render each thing once, share it."""
        body.waits = True
        keys = body.let("keys", f"[o.{link.key} for o in objects]")
        if read := self._read_of(link, definition, selected):
            column = body.name("column")
            body.in_json.append((read, keys, column))
            return body.answer_column(key, column)
        bulk = self._names.of(link.bulk, "bulk")
        found = body.let("found", f"await run.context.loaders[{bulk}].find({keys})")
        values = body.let("values", f"list({found}.values())")
        done = self._complete(body, definition.type, values, selected)
        deal = "shared" if isinstance(definition.type, GraphQLNonNull) else "shared_or_null"
        return body.answer_column(key, body.let("column", f"{deal}({keys}, {found}, {done})"))

    def _read_of(self, link: Link, definition: GraphQLField, selected: Selected) -> InJson | None:
        if self._room is None:
            return None
        return written_by_database(link, definition, selected, self._selections, self._room)

    def _read_json(self, body: Body) -> None:
        """Ask once for all that PostgreSQL writes for a selection set."""
        if not body.in_json:
            return
        reads, keys, columns = zip(*body.in_json, strict=True)
        read = self._names.of(together(*reads), "json")
        found = [body.name("found") for _ in reads]
        asked = f"await run.context.loaders.in_json({read}, {', '.join(keys)})"
        body.lines.append(f"[{', '.join(found)}] = {asked}")
        for column, each, key in zip(columns, found, keys, strict=True):
            body.lines.append(f"{column} = [{each}.get(k) for k in {key}]")

    def _complete(
        self, body: Body, type_: GraphQLOutputType, values: str, selected: Selected
    ) -> str:
        """Write what makes answers of the values in a column; gives the answers' column."""
        inner = get_nullable_type(type_)
        if is_leaf_type(inner):
            return body.let("column", f"[{self._leaf(type_, 'o')} for o in {values}]")
        nullable = inner is type_
        some = body.let("some", f"present({values})") if nullable else values
        done = self._complete_present(body, inner, some, selected)
        return body.let("column", f"spread({values}, {done})") if nullable else done

    def _complete_present(self, body: Body, type_: Any, values: str, selected: Selected) -> str:
        if is_list_type(type_):
            inside = body.let("inside", f"flat({values})")
            done = self._complete(body, type_.of_type, inside, selected)
            return body.let("column", f"dealt({values}, {done})")
        if is_object_type(type_):
            return self._call(body, self._selection(type_, selected), values)
        if is_abstract_type(type_):
            return self._sorted(body, type_, values, selected)
        raise NotCoveredError(f"values of {type_}")

    def _sorted(
        self,
        body: Body,
        type_: GraphQLInterfaceType | GraphQLUnionType,
        values: str,
        selected: Selected,
    ) -> str:
        """Sort the values by their types, and render each type's by a function of its own."""
        sorter = self._names.of(self._types.sorter(type_), f"sort_{type_.name}")
        places = body.let("places", f"{sorter}({values})")
        column = body.let("column", f"[None] * len({values})")
        for possible in self._selections.schema.get_possible_types(type_):
            written = self._selection(possible, selected)
            wait = "await " if written.waits else ""
            body.waits = body.waits or written.waits
            some = f"[{values}[n] for n in at]"
            body.lines.append(f"if at := {places}.get({possible.name!r}):")
            body.lines.append(f"    put({column}, at, {wait}{written.name}({some}, run))")
        return column

    def _call(self, body: Body, written: Written, values: str) -> str:
        body.waits = body.waits or written.waits
        wait = "await " if written.waits else ""
        return body.let("column", f"{wait}{written.name}({values}, run)")

    def _leaf(self, type_: GraphQLOutputType, value: str) -> str:
        inner: Any = get_nullable_type(type_)
        leaf = self._types.leaf(inner)
        self._names.values.update(leaf.names)
        render = self._names.of(leaf.render, f"render_{inner.name}")
        return leaf.expression(value, render, nullable=inner is type_)
