"""Links whose answers PostgreSQL can write: they lead to rows of which plain values are sent, and
single rows of the same kind.
"""

from api.domain.json_rows import Constant, Led, Members, Own, leaf_of, words_of
from api.domain.json_values import Leaf
from api.domain.links import LINKS, Link
from rest.wanted import Wanted, parts


def members_of(link: Link, want: Wanted) -> Members | None:
    """What is sent of the rows that a link leads to, in order; None where some of it is not plain,
    or there is nothing.
    """
    found: list[tuple[str, Constant | Own | Led]] = []
    for name in filter(want.takes, parts(link.row)):
        if not _is_plain(link, name):
            return None
        found.append((name, Own(name)))
    for name, below in LINKS.get(link.row, {}).items():
        if name in want.below:
            members = None if below.many else members_of(below, want.of(name))
            if members is None:
                return None
            found.append((name, Led(below.bulk, below.key, members)))
    return tuple(found) or None


def _is_plain(link: Link, field: str) -> bool:
    leaf = leaf_of(link.bulk, field)
    if leaf is Leaf.WORD:
        return all(word.value == word.name for word in words_of(link.bulk, field))
    return leaf is not None
