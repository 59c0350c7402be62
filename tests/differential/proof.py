"""The run: questions from a seed, both answers, and what they differ in."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from graphql import GraphQLSchema

from api.deps import Resources
from api.settings import Settings
from graphql_schema.schema import make_schema
from tests.differential import goods, shop
from tests.differential.coverage import Coverage
from tests.differential.documents import Writer
from tests.differential.failures import injecting
from tests.differential.goods import Goods
from tests.differential.questions import Question
from tests.differential.shop import Callers
from tests.differential.shrinking import shrunk
from tests.differential.sides import Answer, Side, side

CALLERS = {
    **{"admin": 120, "manager": 12, "clerk": 6, "viewer": 6, "customer": 3},
    **{"customer who bought": 6, shop.NOBODY: 2, shop.STRANGER: 1},
    **dict.fromkeys(shop.KEYS, 2),
}
"""Who asks, by weight."""

ENGINES = ("compiled", "reference")
FAILING = 0.3
"""How many questions meet injected failures."""


@dataclass(frozen=True)
class Difference:
    """A question whose two answers are not the same, as small as it could be made."""

    number: int
    question: Question
    compiled: Answer
    reference: Answer

    def __str__(self) -> str:
        question = self.question
        return "\n".join(
            [
                f"Document {self.number}, asked by {question.caller}:",
                f"({question.method}, accept {question.accept})",
                question.document,
                f"variables: {question.variables}  operation: {question.operation_name}",
                f"injected failures: {question.failures}  {sorted(self.reference.met)}",
                f"compiled  {self.compiled.status} {self.compiled.body.decode(errors='replace')}",
                f"reference {self.reference.status} {self.reference.body.decode(errors='replace')}",
                *_apart("headers", self.compiled.headers, self.reference.headers),
                *_apart("log", self.compiled.logged, self.reference.logged),
            ]
        )


def _apart(what: str, compiled: object, reference: object) -> list[str]:
    if compiled == reference:
        return []
    return [f"{what} of compiled:  {compiled}", f"{what} of reference: {reference}"]


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    differences: list[Difference]
    coverage: Coverage


@dataclass
class Proof:
    """Two applications over one shop, ready to be asked."""

    schema: GraphQLSchema
    goods: Goods
    compiled: Side
    reference: Side

    def question(self, seed: str, number: int, failing: float = FAILING) -> Question:
        """The question of this number; the same for the same seed and such a shop."""
        return Writer(self.schema, self.goods, f"{seed}:{number}").question(CALLERS, failing)

    async def differs(self, question: Question) -> bool:
        """Whether the two answers are not the same."""
        compiled, reference = await self.answers(question)
        return compiled != reference

    async def answers(self, question: Question) -> tuple[Answer, Answer]:
        """Both answers; what the engine left to graphql-core it is asked again, since a long
        document is compiled when it comes again.
        """
        if plans := self.compiled.plans:  # rows and JSON by turns
            plans.familiar = question.body.count(b"a") % 2 * 1_000
        compiled = await self.compiled.ask(question)
        reference = await self.reference.ask(question)
        if compiled == reference and compiled.by_core:
            compiled = await self.compiled.ask(question)
        return compiled, reference

    async def ask(self, number: int, question: Question, coverage: Coverage) -> Difference | None:
        """Ask both; a difference is made as small as it can be."""
        compiled, reference = await self.answers(question)
        coverage.note(question, compiled)
        if compiled == reference:
            return None
        small = await shrunk(question, self.differs)
        return Difference(number, small, *await self.answers(small))

    async def run(
        self,
        seed: str,
        documents: int,
        *,
        seconds: float = float("inf"),
        at_most: int = 1,
        failing: float = FAILING,
        progress: Callable[[int, Difference | None], None] = lambda _number, _difference: None,
    ) -> Outcome:
        """Ask so many questions, or as many as there is time for."""
        found, coverage = list[Difference](), Coverage()
        until = time.monotonic() + seconds
        for number in range(documents):
            question = self.question(seed, number, failing)
            difference = await self.ask(number, question, coverage)
            progress(number + 1, difference)
            if difference is not None:
                found.append(difference)
            if len(found) >= at_most or time.monotonic() > until:
                break
        return Outcome(found, coverage)


@asynccontextmanager
async def prepared(settings: Settings, callers: Callers) -> AsyncIterator[Proof]:
    """Both applications over a shop that is open."""
    schema = make_schema()._schema
    with injecting() as injector:
        taken = await _taken(settings, schema, callers)
        sides = [side(engine, settings, callers, taken, injector) for engine in ENGINES]
        try:
            yield Proof(schema, taken, *sides)
        finally:
            for one in sides:
                await one.close()


async def _taken(settings: Settings, schema: GraphQLSchema, callers: Callers) -> Goods:
    resources = Resources.of(settings)
    try:
        return await goods.taken(resources.database, resources.keyring, schema, callers)
    finally:
        await resources.database.close()
