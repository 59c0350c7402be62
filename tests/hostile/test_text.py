"""Text that no column, no log and no answer should have to bear."""

from urllib.parse import quote

import pytest

from tests.factories import unique
from tests.hostile.doors import CREATE_ITEM, ITEMS, Doors

REFUSED = {
    "NUL": ("Ch\0air", "VALIDATION_FAILED"),
    "a lone surrogate": ("Ch\ud800air", "BAD_REQUEST"),
    "U+FFFE": ("Ch\ufffeair", "VALIDATION_FAILED"),
    "an escape sequence": ("\x1b[2JChair", "VALIDATION_FAILED"),
    "a line break": ("Ch\nair", "VALIDATION_FAILED"),
    "64 kB of combining marks": ("C" + "\u0301" * 32_768, "VALIDATION_FAILED"),
    "nothing but white space": (" \u00a0\u3000", "VALIDATION_FAILED"),
}
KEPT = {
    "a bidi override": "Chair \u202e riahC",
    "some combining marks": "Zoe\u0308's chair",
    "emoji beyond the basic plane": "Chair \U0001fa91",
    "markup": "<script>alert(1)</script>",
    "quotes and a statement": "Robert'); DROP TABLE items;--",
}
LINES = ["sku", "name", "barcode"]


@pytest.mark.parametrize("nasty", REFUSED)
@pytest.mark.parametrize("field", LINES)
async def test_b81_a_line_of_text_is_refused_alike_at_both_doors(
    doors: Doors, field: str, nasty: str
) -> None:
    text, code = REFUSED[nasty]
    rest = await doors.rest("POST", "/v1/items", {"sku": unique("S"), "name": "Chair", field: text})
    sent = {"sku": unique("S"), "name": "Chair", field: text}
    graphql = await doors.graphql(CREATE_ITEM, {"input": sent})

    assert (rest.code, graphql.code) == (code, code)
    assert rest.status == (400 if code == "BAD_REQUEST" else 422)


@pytest.mark.parametrize("nasty", ["NUL", "U+FFFE", "64 kB of combining marks"])
async def test_b81_a_note_of_many_lines_is_refused_alike_too(doors: Doors, nasty: str) -> None:
    text, code = REFUSED[nasty]
    rest, graphql = await doors.create_item(sku=unique("S"), description=text)

    assert (rest.code, graphql.code) == (code, code)


@pytest.mark.parametrize("nasty", KEPT)
async def test_b81_strange_but_whole_text_is_kept_as_it_is(doors: Doors, nasty: str) -> None:
    rest, graphql = await doors.create_item(sku=unique("S"), name=KEPT[nasty])

    assert rest.body["name"] == KEPT[nasty]
    assert graphql.body["data"]["createItem"]["result"]["name"] == KEPT[nasty]


@pytest.mark.parametrize("nasty", sorted(REFUSED.keys() - {"a lone surrogate"}))
async def test_b81_a_search_for_it_is_refused_alike(doors: Doors, nasty: str) -> None:
    text, code = REFUSED[nasty]
    if nasty != "64 kB of combining marks":  # a URL of that length never arrives
        rest = await doors.rest("GET", f"/v1/items?q={quote(text)}")
        assert rest.code == code
    graphql = await doors.graphql(ITEMS, {"q": text})

    assert graphql.code == code


@pytest.mark.parametrize(
    "path", ["%00", "%ff", "%ed%a0%80", "sku:%00", "sku:%ff%fe", "sku:", "a" * 4000]
)
async def test_b81_a_path_that_names_no_item_is_refused(doors: Doors, path: str) -> None:
    rest = await doors.rest("GET", f"/v1/items/{path}")

    assert rest.code in {"VALIDATION_FAILED", "NOT_FOUND"}


@pytest.mark.parametrize(
    "text", ["\0", "\ufffe", "sku:\0", "sku:", "item_", "order_" + "0" * 32, "a" * 10_000]
)
async def test_an_id_that_is_none_is_refused_over_graphql_too(doors: Doors, text: str) -> None:
    item = await doors.graphql("query Q($id: ID!) { item(id: $id) { id } }", {"id": text})
    node = await doors.graphql("query Q($id: ID!) { node(id: $id) { id } }", {"id": text})

    assert item.code == "VALIDATION_FAILED"
    assert node.body["data"] == {"node": None}


@pytest.mark.parametrize("search", ["%", "_", "\\", "%%", "'", "';--", "a|b", ".*", "(a+)+$", ":*"])
async def test_b88_a_search_means_its_text_and_nothing_else(doors: Doors, search: str) -> None:
    name = unique("Bench")
    await doors.rest("POST", "/v1/items", {"sku": unique("S"), "name": f"{name} {search} end"})
    await doors.rest("POST", "/v1/items", {"sku": unique("S"), "name": f"{name} x end"})
    text = f"{name} {search} e"

    rest = await doors.rest("GET", f"/v1/items?q={quote(text)}")
    graphql = await doors.graphql(ITEMS, {"q": text})

    assert [item["name"] for item in rest.body["data"]] == [f"{name} {search} end"]
    nodes = graphql.body["data"]["items"]["nodes"]
    assert [item["name"] for item in nodes] == [f"{name} {search} end"]
