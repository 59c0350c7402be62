"""A proof that cannot fail is none: differences are planted, and must be found."""

import pytest

from tests.differential.planted import CHANGES, Change, planting
from tests.differential.proof import Proof


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_planted_difference_is_found_and_made_small(twins: Proof, change: Change) -> None:
    twins.compiled.altered = planting(change)
    differences = (await twins.run("planted", 60)).differences
    assert len(differences) == 1, "the difference went by unseen"
    assert differences[0].compiled.body != differences[0].reference.body
    assert len(differences[0].question.document) < 400, differences[0]


async def test_where_nothing_is_planted_nothing_is_found(twins: Proof) -> None:
    twins.compiled.altered = planting(None)
    outcome = await twins.run("planted", 30)
    assert outcome.differences == []
    assert outcome.coverage.documents == 30


async def test_the_same_seed_asks_the_same_and_meets_the_same_failures(twins: Proof) -> None:
    met: set[str] = set()
    for number in range(12):
        first, again = (twins.question("failing", number, failing=1) for _ in range(2))
        assert first == again
        answers = [await twins.reference.ask(first), await twins.reference.ask(again)]
        assert answers[0] == answers[1]
        assert answers[0].met == answers[1].met
        met |= answers[0].met
    assert met


async def test_graphql_core_is_never_taken_for_the_engine(twins: Proof) -> None:
    outcome = await twins.run("planted", 30, failing=0)
    assert outcome.coverage.share == 0
