"""Cells that a spreadsheet would take for formulas: harmless as files have them, whole when they
come back.
"""

import csv
import io
import random
import re
from collections.abc import Sequence

import pytest
from sqlalchemy import ARRAY, Text, column, func, literal, select

from api.domain.exporting import Export, in_csv
from api.domain.scope import Scope
from api.domain.statements import Statement
from api.importing.columns import Layout, free, reference, text
from api.importing.files import Cells
from tests.faces import RestFace
from tests.factories import unique
from tests.importing.conftest import Bring

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
PIECES = [*SIGNS, *",;|'\"", "''", "1", "cmd", " ", "\\", "\u2212", "ä"]
ROWS = 10_000
TELLING = ["=1+1", "'=1", "''@x", "a;=1", "a,b|+1", 'x\t"-1', "\n=1", "=\n=", "\uff1d1", "it's"]


def made_up(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(1, 8)))


async def exported(scope: Scope, texts: Sequence[str]) -> str:
    """A file of these texts beside others, as PostgreSQL writes it."""
    given = literal(texts, ARRAY(Text))
    each = (
        func.unnest(given).table_valued(column("text", Text), with_ordinality="n").render_derived()
    )
    rows = select(literal("x", Text), in_csv(each.c.text)).order_by(each.c.n)
    pieces: list[bytes] = []

    async def keep(piece: bytes) -> None:
        pieces.append(bytes(piece))

    export = Export("texts", scope.connections, ["first", "text"], Statement(rows), {})
    await export.write(keep)
    return b"".join(pieces).decode()


async def test_b99_no_cell_of_ten_thousand_starts_a_formula_wherever_it_is_cut(
    scope: Scope,
) -> None:
    chance = random.Random(99)
    texts = TELLING + [made_up(chance) for _ in range(ROWS)]

    file = await exported(scope, texts)

    cells = [row[1] for row in list(csv.reader(io.StringIO(file, newline="")))[1:]]
    assert len(cells) == len(texts)
    assert [cell for cell in cells if cell[0] in SIGNS] == []
    pieces = [piece.lstrip('"') for cell in cells for piece in re.split(r"[,;|\t\r\n]", cell)]
    assert [piece for piece in pieces if piece and piece[0] in SIGNS] == []


async def test_b99_what_was_exported_comes_back_as_it_was(scope: Scope) -> None:
    chance = random.Random(100)
    texts = TELLING + [made_up(chance) for _ in range(ROWS)]
    readers = {"text": text, "attributes.a": free, "item": reference("sku")}
    layout = Layout([(name, name) for name in readers], readers)

    file = await exported(scope, texts)

    for row, was in zip(list(csv.reader(io.StringIO(file, newline="")))[1:], texts, strict=True):
        said = layout.values(Cells(1, [row[1]] * 3))
        if was.isspace() and not said:
            continue
        assert said["text"] == was, row
        assert said["attributes.a"] in (was, int(was) if was.isdecimal() else was), row
        assert was != was.strip() or said["item"] == f"sku:{was}", row


@pytest.mark.parametrize("name", [it for it in TELLING if it.isprintable()])
async def test_b99_a_thing_that_was_exported_is_brought_in_with_its_own_name(
    scope: Scope, bring: Bring, rest: RestFace, name: str
) -> None:
    chair = unique("CHAIR")
    cell = (await exported(scope, [name])).splitlines()[1].removeprefix("x,")

    await bring("items", f"sku,name,attributes.code\n{chair},{cell},{cell}\n")

    item = await rest.call("get_item", item_id=f"sku:{chair}")
    assert (item["name"], item["attributes"]) == (name, {"code": name})
