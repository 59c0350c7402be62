"""Many rows in one statement: found by their keys, written, or changed; each set travels as one
value, whatever its size.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    String,
    Subquery,
    Table,
    TableValuedAlias,
    any_,
    column,
    func,
    literal,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.base import Base, PublicId
from api.domain.fields import Id
from api.domain.scope import Scope

Column = InstrumentedAttribute[Any]


async def ids_by_key(
    scope: Scope, id: Column, key: Column, values: Sequence[str], *, any_case: bool
) -> list[tuple[str, Id | None]]:
    """For each value in its turn: how it is compared, and the id that is known by it; which letters
    are the same, PostgreSQL alone says.
    """
    asked = _asked(values)
    compared = func.lower(asked.c.value) if any_case else asked.c.value
    is_same = (func.lower(key) if any_case else key) == compared
    sides = asked.outerjoin(key.table, is_same)
    statement = select(compared, id).select_from(sides).order_by(asked.c.place)
    return [(row[0], row[1]) for row in await scope.fetch(statement)]


async def hold_rows(scope: Scope, model: type[Base], ids: Iterable[Id]) -> None:
    """Lock rows until the command ends, in the order of their ids."""
    key = _table(model).c.id
    named = key == any_(literal(sorted(ids), ARRAY(key.type)))
    held = select(key).where(named).order_by(key).with_for_update(key_share=True)
    await scope.fetch(held)


def lowered_values(values: Sequence[str]) -> Subquery:
    """The values in the database's lower case, as a table of one column."""
    return select(func.lower(_asked(values).c.value).label("value")).subquery()


async def insert_rows(
    scope: Scope,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    unless: ColumnElement[Any] | None = None,
) -> set[Id]:
    """Write new rows, all with the same columns; what is not named gets the database's default.
    The ids of those written: all, or `unless` there is one with the same value of it.
    """
    names = list(rows[0])
    table = _table(model)
    new = insert(model).from_select(
        names, select(*_sent(table, names, rows).c), include_defaults=False
    )
    if unless is not None:
        new = new.on_conflict_do_nothing(index_elements=[unless])
    return {row[0] for row in await scope.fetch(new.returning(table.c.id))}


async def update_rows(
    scope: Scope, model: type[Base], changes: Mapping[Id, Mapping[str, Any]]
) -> dict[Id, int]:
    """Change of each row the columns named for it and count its version up; gives the new versions
    of those that exist. A statement for all rows of which the same columns change.
    """
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for id, values in changes.items():
        alike[tuple(values)].append({"id": id, **values})
    table, versions = _table(model), {}
    for names, rows in alike.items():
        sent = _sent(table, ["id", *names], rows)
        values = {name: sent.c[name] for name in names} | {"version": table.c.version + 1}
        changed = update(table).values(values).where(table.c.id == sent.c.id)
        for row in await scope.fetch(changed.returning(table.c.id, table.c.version)):
            versions[row[0]] = row[1]
    return versions


def _asked(values: Sequence[str]) -> TableValuedAlias:
    listed = func.unnest(literal(list(values), ARRAY(String)))
    return listed.table_valued("value", with_ordinality="place").render_derived()


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _sent(
    table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> TableValuedAlias:
    """The rows as a table in SQL, its columns of the types that they have in the real one."""
    ids = [name for name in names if isinstance(table.c[name].type, PublicId)]
    plain = [{**row, **{name: row[name] and row[name][-32:] for name in ids}} for row in rows]
    value = sql_cast(literal(orjson.dumps(plain, default=_text).decode(), String), JSON)
    columns = [column(name, table.c[name].type) for name in names]
    return func.json_to_recordset(value).table_valued(*columns).render_derived(with_types=True)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"A {type(value).__name__} is not sent in sets.")
