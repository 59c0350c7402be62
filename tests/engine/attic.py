"""A schema of everything that the shop's own has none of: unions, lists of lists, broken things."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Thing:
    name: str


@strawberry.type
class Toy(Thing):
    color: Color = Color.RED
    parts: list["Toy"] = strawberry.field(default_factory=list)

    @strawberry.field
    async def weight(self, info: Info, unit: str = "g") -> str:
        return f"{len(self.name)}{unit}"

    @strawberry.field
    def place(self, info: Info) -> list[str]:
        found: list[str] = []
        at: Any = info.path
        while at is not None:
            found.append(str(at.key))
            at = at.prev
        return found[::-1]

    @strawberry.field
    async def fragile(self) -> str | None:
        if self.name == "vase":
            raise ValueError("it broke")
        return self.name


@strawberry.type
class Lamp(Thing):
    watts: int = 40


Find = Annotated[Toy | Lamp, strawberry.union("Find")]


@strawberry.input
class Wish:
    word: str
    colors: list[Color] | None = None
    most: int | None = 3
    inner: "Wish | None" = strawberry.UNSET


@dataclass
class Oddments:
    """What stands for a `Drawer`: attributes of the wrong kinds."""

    number_as_text: Any = 5
    truth_as_number: Any = 1
    text_as_number: Any = "7"
    too_big: Any = 2**40
    not_a_number: Any = "seven"
    nothing: Any = None
    an_error: Any = None
    when: Any = None
    blob: Any = None
    not_a_list: Any = "abc"
    real: Any = 2


@strawberry.type
class Drawer:
    number_as_text: str
    truth_as_number: bool
    text_as_number: int
    too_big: int | None
    not_a_number: int | None
    nothing: str
    an_error: str | None
    when: datetime | None
    blob: JSON | None
    not_a_list: list[str] | None
    real: float


def heap() -> list[Toy]:
    return [Toy(name="bear", parts=[Toy(name="ear", color=Color.BLUE)]), Toy(name="vase")]


@strawberry.type
class Query:
    @strawberry.field
    def drawer(self) -> Drawer | None:
        wrong = Oddments(an_error=ValueError("inside"), blob={"a": [1, None]})
        return wrong  # type: ignore[return-value]

    @strawberry.field
    def toys(self) -> list[Toy]:
        return heap()

    @strawberry.field
    def things(self) -> list[Thing]:
        return [*heap(), Lamp(name="moon")]

    @strawberry.field
    async def finds(self, most: int | None = None) -> list[Find | None] | None:
        return [*heap(), None, Lamp(name="sun")][:most]

    @strawberry.field
    def shelves(self) -> list[list[Toy] | None]:
        return [heap(), None, [], heap()[:1]]

    @strawberry.field
    def grid(self) -> list[list[int | None]]:
        return [[1, None], [], [3]]

    @strawberry.field
    def stream(self) -> list[str]:
        def drip() -> Iterator[str]:
            yield from "ab"

        return drip()  # type: ignore[return-value]

    @strawberry.field
    def stranger(self) -> Find | None:
        return object()  # type: ignore[return-value]

    @strawberry.field
    def wish(self, of: Wish, also: list[Wish] | None = None, loud: bool | None = None) -> JSON:
        return JSON(plain([of, also, loud]))

    @strawberry.field
    async def out(self, info: Info) -> int | None:
        info.context["asked"] = info.context.get("asked", 0) + 1
        raise ValueError(f"asked {info.context['asked']} times")

    @strawberry.field
    async def late(self) -> str | None:
        await asyncio.sleep(0)
        raise ValueError("late")

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError("broken")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def paint(self, info: Info, color: str | None = None) -> Toy | None:
        """Named after how often it was done; what color it has may be none that there is."""
        done = info.context["done"] = info.context.get("done", 0) + 1
        if color == "invisible":
            raise ValueError(f"tried {done} times")
        return Toy(name=f"{done} times", color=color or Color.RED)  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if isinstance(value, Enum):
        return f"the {value.name}"
    if isinstance(value, Wish):
        return {key: plain(entry) for key, entry in vars(value).items()}
    return "not sent" if value is strawberry.UNSET else value
