"""What GraphQL allows and the shop does not have, asked of both engines."""

from typing import Any

import pytest

from tests.engine.twins import Twins

PLAIN = {
    "a union": "{ finds { __typename ... on Toy { name color } ... on Lamp { watts } } }",
    "a union of nothing but names": "{ finds(most: 0) { __typename } }",
    "an interface": "{ things { name ... on Toy { parts { name } } ... on Lamp { watts name } } }",
    "a fragment on an interface": "{ finds { ...N } } fragment N on Thing { name __typename }",
    "lists of lists": "{ grid shelves { name } }",
    "the name of the root": "{ __typename again: __typename }",
    "one field by many names": "{ a: toys { name } b: toys { n: name m: name } toys { color } }",
    "selections merged": "{ toys { parts { name } name parts { color name } } ...Q } "
    "fragment Q on Query { toys { color parts { again: name } } }",
    "order by first mention": "{ toys { color ...A name } } "
    "fragment A on Toy { name parts { name } ...B } fragment B on Toy { weight color }",
    "a resolver for each parent": '{ toys { weight heavy: weight(unit: "kg") parts { weight } } }',
    "skipped and included": "{ toys @skip(if: false) { name @skip(if: true) color "
    "... @include(if: true) { weight } ...X @include(if: false) } } "
    "fragment X on Toy { parts { name } }",
    "literals": '{ wish(of: {word: "w", colors: [RED, BLUE], inner: {word: "i", most: null}}, '
    'also: [{word: "a"}], loud: null) }',
    "one for a list": '{ wish(of: {word: "w", colors: BLUE}, also: {word: "a"}) }',
    "words that are Python's": "{ def: toys { None: name class: color } lambda: grid }",
}


@pytest.mark.parametrize("query", PLAIN.values(), ids=PLAIN.keys())
async def test_a_plain_answer_comes_from_a_plan(attic: Twins, query: str) -> None:
    assert await attic.ask_plainly(query)


NOT_PLAIN = {
    "a resolver that raises": "{ toys { name fragile } }",
    "a root field that raises": "{ toys { name } broken grid }",
    "null where something must be": "{ drawer { nothing } toys { name } }",
    "a number too big": "{ drawer { tooBig numberAsText } }",
    "text that is no number": "{ drawer { notANumber } }",
    "an error among the values": "{ drawer { anError } }",
    "text where a list must be": "{ drawer { notAList } }",
    "a thing of no type": "{ stranger { __typename } }",
    "a list that flows": "{ stream }",
    "a resolver that asks where it is": "{ toys { place parts { place } } }",
}


@pytest.mark.parametrize("query", NOT_PLAIN.values(), ids=NOT_PLAIN.keys())
async def test_whatever_is_not_plain_is_left_to_graphql_core(attic: Twins, query: str) -> None:
    answer = await attic.ask(query)

    assert not answer.compiled


async def test_values_are_made_what_their_types_say(attic: Twins) -> None:
    data = await attic.ask_plainly(
        "{ drawer { numberAsText truthAsNumber textAsNumber blob real } }"
    )

    assert data["drawer"]["numberAsText"] == "5"
    assert data["drawer"]["truthAsNumber"] is True
    assert data["drawer"]["textAsNumber"] == 7


@pytest.mark.parametrize("sent", [{}, {"loud": None}, {"loud": True}, {"word": "x", "most": 1}])
async def test_variables_absent_null_and_given(attic: Twins, sent: dict[str, Any]) -> None:
    query = """query (
      $word: String! = "by default", $loud: Boolean, $most: Int, $color: Color = RED
    ) {
      wish(of: { word: $word, most: $most, colors: [$color] }, loud: $loud)
    }"""

    assert await attic.ask_plainly(query, **sent)


@pytest.mark.parametrize("sent", [{"n": "one"}, {"n": 2**31}, {}])
async def test_wrong_variables_are_refused_alike(attic: Twins, sent: dict[str, Any]) -> None:
    answer = await attic.ask("query ($n: Int!) { finds(most: $n) { __typename } }", **sent)

    assert not answer.compiled
    assert answer.result.errors


async def test_a_lone_root_field_that_refused_is_not_asked_again(attic: Twins) -> None:
    answer = await attic.ask("{ out }")

    assert not answer.compiled
    assert answer.result.errors
    assert answer.result.errors[0].message == "asked 1 times"


async def test_a_mutation_is_done_once_whatever_becomes_of_its_answer(attic: Twins) -> None:
    plainly = await attic.ask("mutation { paint { name color weight } }")
    spoilt = await attic.ask('mutation { paint(color: "no color") { name color } }')
    refused = await attic.ask('mutation { paint(color: "invisible") { name } }')
    several = await attic.ask("mutation { a: paint { name } b: paint { name } }")

    assert plainly.compiled
    assert plainly.data["paint"]["name"] == "1 times"
    assert spoilt.paths == [["paint", "color"]]
    assert refused.result.errors
    assert refused.result.errors[0].message == "tried 1 times"
    assert not several.compiled
    assert several.data["b"]["name"] == "2 times"


async def test_errors_come_in_the_order_of_the_document_whichever_came_first(attic: Twins) -> None:
    answer = await attic.ask("{ late broken }")

    assert answer.paths == [["late"], ["broken"]]
