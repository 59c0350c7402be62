"""Values for arguments: mostly such as lead somewhere, now and then such as lead nowhere."""

import random
from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    is_required_input_field,
)

from tests.differential.goods import Goods
from tests.differential.questions import Word

_WORD_OF = {"stockLevel": "level", "parent": "category", "itemImages": "item"}
_NO_NODES = {"key", "session", "trustedDocument"}
_TIMES = ["2020-02-29T12:00:00Z", "2150-01-01T00:00:00Z", "2026-01-01T00:00:00+02:00"]
_BAD_TIMES = ["yesterday", "2026-13-01T00:00:00Z", 7]
_ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu"]
_PARTS = ["a", "th", "thing", "Oak", "柏", "%", "_", "\\", "nobody has this", ""]
_BAD_IDS = ["nonsense", "", "item_0", "sku:NOWHERE", f"order_{'0' * 32}", f"dragon_{'1' * 32}"]
MOST_DEEP = 5
_BAD_SIZES = [-1, 201, 1000, 2**31 - 1]


class Values:
    """Chooses values by chance for a type, a name and the field that takes them."""

    def __init__(
        self, chance: random.Random, goods: Goods, saw: Callable[[str], None], faulty: float
    ) -> None:
        self.chance, self.goods, self.saw, self.faulty = chance, goods, saw, faulty
        self._depth = 0

    def of(self, type_: GraphQLInputType, name: str, on: str) -> Any:
        """A value of this type for the argument or input field `name` of `on`."""
        if isinstance(type_, GraphQLNonNull):
            return self.of(type_.of_type, name, on)
        if isinstance(type_, GraphQLList):
            return self._list(type_, name, on)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, name, on)
        if isinstance(type_, GraphQLEnumType):
            return Word(self.chance.choice(list(type_.values)))
        return self._scalar(type_, name, on)

    def wrong(self, type_: GraphQLInputType) -> Any:
        """Something that no value of this type looks like."""
        self.saw("variable of a wrong kind")
        return self.chance.choice(["PURPLE", {"shape": "odd"}, [[1]], 2.5, True, 10**20])

    def _list(self, type_: GraphQLList[Any], name: str, on: str) -> Any:
        if self.chance.random() < 0.15:
            self.saw("one value where a list is taken")
            return self.of(type_.of_type, name, on)
        most = 6 if name == "ids" else 2
        return [self.of(type_.of_type, name, on) for _ in range(self.chance.randint(0, most))]

    def _object(self, type_: GraphQLInputObjectType, name: str, on: str) -> dict[str, Any]:
        """An object; what one field of a filter holds is told by that field's name, not by `eq`."""
        self._depth += 1
        share = min(0.25, 2 / len(type_.fields)) if self._depth < MOST_DEEP else 0
        fields = [
            (key, declared)
            for key, declared in type_.fields.items()
            if is_required_input_field(declared) or self.chance.random() < share
        ]
        compares = "eq" in type_.fields
        made = {
            key: self.of(declared.type, name if compares else key, on if compares else type_.name)
            for key, declared in fields
        }
        self._depth -= 1
        return made

    def _scalar(self, type_: GraphQLNamedType, name: str, on: str) -> Any:
        if type_.name == "ID":
            return self._id(name, on)
        if name == "limit":
            return self.chance.randint(1, 9)
        if type_.name in ("Int", "Quantity"):
            return self._size()
        if type_.name == "Boolean":
            return self.chance.random() < 0.5
        if type_.name == "DateTime":
            return self.chance.choice(_BAD_TIMES if self._astray() else _TIMES)
        if name == "timeZone":
            return self.chance.choice(_ZONES)
        known = self.goods.words.get({"externalRef": "external_ref"}.get(name, name))
        return self.chance.choice(_PARTS if name == "q" or self._astray() or not known else known)

    def _astray(self) -> bool:
        return self.chance.random() < self.faulty

    def _size(self) -> int:
        if self._astray():
            self.saw("page out of range")
            return self.chance.choice(_BAD_SIZES)
        return self.chance.choice([0, 1, 2, 2, 3, 3, 4, 5, 9])

    def _id(self, name: str, on: str) -> Any:
        if self._astray():
            self.saw("id of nothing")
            return self.chance.choice(_BAD_IDS)
        on = on.removesuffix("Filter")
        on = on[:1].lower() + on[1:]
        word = on if name in ("id", "ids") else name.removesuffix("Id")
        if on == "location" and word == "parent":
            word = "location"
        word = _WORD_OF.get(word, word)
        if word in ("node", "nodes"):
            word = self.chance.choice([word for word in self.goods.ids if word not in _NO_NODES])
        if name == "id" and word in self.goods.refs and self.chance.random() < 0.3:
            self.saw("thing by reference")
            return self.chance.choice(self.goods.refs[word])
        return self.chance.choice(self.goods.ids.get(word) or _BAD_IDS)
