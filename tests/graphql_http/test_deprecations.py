"""A document is told what it uses that will be gone, wherever it uses it."""

from collections.abc import Iterable, Mapping

import pytest
from graphql import build_schema, parse, validate

from graphql_schema.limits.deprecated import Deprecated

SCHEMA = build_schema(
    """
    type Query {
      chairs(wood: String @deprecated(reason: "Use `kind`; sunset 2027-06-30."), by: By): [Chair]
      stools: [Chair] @deprecated(reason: "Use `chairs`; sunset 2028-01-31.")
    }
    input By { legs: Int @deprecated(reason: "Count them.") kind: Kind }
    enum Kind { OAK ASH @deprecated(reason: "There is none left.") }
    type Chair { id: ID! name: String legs: Int @deprecated(reason: "All have four.") }
    """
)
DEPRECATED = Deprecated(SCHEMA)


def used_in(text: str) -> Mapping[str | None, Iterable[str | None]]:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    told = DEPRECATED.used_by(text, document)
    return {name: [notice["coordinate"] for notice in notices] for name, notices in told.items()}


@pytest.mark.parametrize(
    ("text", "coordinates"),
    [
        ("{ stools { id } }", ["Query.stools"]),
        ('{ chairs(wood: "oak") { id } }', ["Query.chairs(wood:)"]),
        ("query($w: String) { chairs(wood: $w) { id } }", ["Query.chairs(wood:)"]),
        ("{ chairs(by: {legs: 3}) { id } }", ["By.legs"]),
        ("{ chairs(by: {kind: ASH}) { id } }", ["Kind.ASH"]),
        ("query($by: By = {legs: 3}) { chairs(by: $by) { id } }", ["By.legs"]),
        ("{ c: chairs { l: legs name } d: chairs { legs } }", ["Chair.legs"]),
        ("{ chairs { ... on Chair { legs } } }", ["Chair.legs"]),
        ("{ chairs { ...F } } fragment F on Chair { ...G } fragment G on Chair { legs }",
         ["Chair.legs"]),
        ("{ chairs { name @include(if: true) } }", []),
    ],
)  # fmt: skip
def test_a_use_is_told_by_its_coordinate(text: str, coordinates: list[str]) -> None:
    assert used_in(text).get(None, []) == coordinates


def test_each_operation_is_told_of_its_own_uses() -> None:
    used = used_in("query A { stools { legs } } query B { chairs { ...F } } "
                   "fragment F on Chair { legs } query C { chairs { id } }")  # fmt: skip

    assert used == {"A": ["Chair.legs", "Query.stools"], "B": ["Chair.legs"], "C": []}


def test_a_notice_says_why_and_until_when() -> None:
    text = "{ stools { legs } }"
    [notices] = DEPRECATED.used_by(text, parse(text)).values()

    assert notices == [
        {"coordinate": "Chair.legs", "reason": "All have four.", "sunset": None},
        {
            "coordinate": "Query.stools",
            "reason": "Use `chairs`; sunset 2028-01-31.",
            "sunset": "2028-01-31",
        },
    ]


def test_what_is_not_deprecated_is_not_even_looked_for() -> None:
    assert DEPRECATED.used_by("{ chairs { id } }", parse("{ chairs { id } }")) == {}
