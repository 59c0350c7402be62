"""Documents that would hurt a shop which answered them, and the refusal each must meet."""

MIB = 1024 * 1024
DEEP = "box { " * 11 + "name" + " }" * 11


def numbered(template: str, count: int) -> str:
    """The template `count` times, with X replaced by each number in turn."""
    return " ".join(template.replace("X", str(number)) for number in range(count))


def put(frame: str, filling: str) -> str:
    return frame.replace("X", filling)


def chained(link: str, times: int) -> str:
    """Fragments that spread the next one wherever the link says NEXT."""
    links = "".join(
        f"fragment F{i} on Item {{ {link.replace('NEXT', f'...F{i + 1}')} }} " for i in range(times)
    )
    return f"{{ item {{ ...F0 }} }} {links} fragment F{times} on Item {{ name }}"


def all_to_all(count: int) -> str:
    fragments = "".join(
        f"fragment F{i} on Item {{ {' '.join(f'...F{j}' for j in range(i + 1, count))} name }} "
        for i in range(count)
    )
    return f"{{ item {{ {numbered('...FX', count)} }} }} {fragments}"


TOO_LONG = {
    "1 MiB of comments": "#\n" * (MIB // 2) + "{ fire }",
    "1 MiB of one comment": "#" + "x" * MIB + "\n{ fire }",
    "1 MiB of commas": "," * MIB + "{ fire }",
    "1 MiB of block strings": put('{ echo(text: """X""") }', "y" * MIB),
    "10,000 aliases": put("{ X }", numbered("aX: fire", 10_000)),
    "5,000 @skip": put("{ fire X }", "@skip(if: false) " * 5_000),
    "5,000 named fragments": chained("box { NEXT }", 5_000),
    "10,000 variables": put("query (X) { fire }", numbered("$v: Int", 10_000)),
}

TOO_MANY_TOKENS = {
    "20,000 comments": "#\n" * 20_000 + "{ fire }",
    "3,000 aliases": put("{ X }", numbered("aX: fire", 3_000)),
    "5,000 unknown directives": put("{ fire X }", "@x " * 5_000),
}

TOO_MANY_ALIASES = {
    "31 aliases": put("{ X }", numbered("aX: fire", 31)),
    "16 aliases in a fragment spread twice": put(
        "{ item { ...F } newest { ...F } } fragment F on Item { X }",
        " ".join(f"a{i}: name" for i in range(16)),
    ),
    "14 fragments that double by alias": chained("a: box { NEXT } b: box { NEXT }", 14),
}

TOO_MANY_REPEATED_FIELDS = {
    "14 fragments that double by spread": chained("NEXT NEXT", 14),
    "fragments that spread all others": all_to_all(38),
    "90 fragments side by side": put("{ item { X } } ", numbered("...FX", 90))
    + numbered("fragment FX on Item { name }", 90),
    "one field 1,900 times": put("{ X }", "fire " * 1_900),
    "one object 200 times": put("{ X }", "item { name } " * 200),
}

TOO_MANY_DIRECTIVES = {
    "11 @skip": put("{ fire X }", "@skip(if: false) " * 11),
    "11 directives on an operation": put("query X { fire }", "@x " * 11),
    "11 directives on a variable": put("query ($v: Int X) { echo(whole: $v) }", "@x " * 11),
    "11 directives on a fragment": put(
        "{ item { ...F } } fragment F on Item X { name }", "@x " * 11
    ),
    "11 directives on a spread": put("{ item { ...F X } } fragment F on Item { name }", "@x " * 11),
    "11 directives on an inline fragment": put("{ ... X { fire } }", "@x " * 11),
}

TOO_DEEP = {
    "a depth of 13": put("{ item { X } }", DEEP),
    "a depth of 5,000": "{item{" + "box{" * 5_000 + "name" + "}" * 5_002,
    "5,000 inline fragments": "{" + "...{" * 5_000 + "fire" + "}" * 5_001,
    "150 inline fragments": "{" + "...{" * 150 + "fire" + "}" * 151,
    "90 named fragments": chained("box { NEXT }", 90),
    "a depth in a fragment that is not used": put(
        "{ fire } fragment F on Query { item { X } }", DEEP
    ),
    "an operation named __schema": put("query __schema { item { X } }", DEEP),
    "a fragment named __schema": put(
        "{ item { ...__schema } } fragment __schema on Item { X }", DEEP
    ),
}

TOO_MANY_MUTATIONS = {
    "11 mutations": put("mutation { X }", "rename " * 11),
    "11 mutations from fragments": put(
        "mutation { ...A ...A rename } fragment A on Mutation { X }", "rename " * 5
    ),
}

TOO_DEAR = {
    "fragments that double by field": chained("items { nodes { NEXT } } crate { NEXT }", 4),
    "a page of pages": "{ items(first: 200) { nodes { items(first: 200) { nodes { name } } } } }",
    "six whole schemas": put("{ X }", numbered("aX: __schema { types { name } }", 6)),
}

INVALID = {
    "490 variables": put("query (X) { fire }", numbered("$vX: Int", 490)),
    "1,900 unknown fields": put("{ X }", numbered("zX", 1_900)),
    "introspection in circles": "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}",
    "a fragment within itself": "{ item { ...A } } fragment A on Item { box { ...A } }",
    "a fragment of no type": "{ ...A } fragment A on Nothing { item { name } }",
    "a fragment of no name": "{ ...A }",
}

HOSTILE = {
    name: (code, document)
    for code, documents in {
        "QUERY_TOO_LONG": TOO_LONG,
        "TOO_MANY_TOKENS": TOO_MANY_TOKENS,
        "TOO_MANY_ALIASES": TOO_MANY_ALIASES,
        "TOO_MANY_REPEATED_FIELDS": TOO_MANY_REPEATED_FIELDS,
        "TOO_MANY_DIRECTIVES": TOO_MANY_DIRECTIVES,
        "QUERY_TOO_DEEP": TOO_DEEP,
        "TOO_MANY_MUTATIONS": TOO_MANY_MUTATIONS,
        "TOO_MANY_DEFINITIONS": {"101 operations": numbered("query QX { fire }", 101)},
        "COST_LIMIT_EXCEEDED": TOO_DEAR,
        "GRAPHQL_VALIDATION_FAILED": INVALID,
    }.items()
    for name, document in documents.items()
}
