"""Whoever asks gets the same bytes, with the engine and without it."""

import secrets

from tests.differential.coverage import PLAIN, SHARE, SHARE_OF_FINE
from tests.differential.proof import Proof


async def test_the_engine_answers_whatever_is_asked_as_graphql_core_does(proof: Proof) -> None:
    seed = secrets.token_hex(4)
    outcome = await proof.run(seed, 80)
    assert not outcome.differences, f"\nseed {seed}\n{outcome.differences[0]}"
    assert outcome.coverage.documents == 80


async def test_the_engine_itself_answers_whatever_a_document_can_be_made_of(proof: Proof) -> None:
    outcome = await proof.run("oak", 200)
    coverage = outcome.coverage
    assert not outcome.differences, f"\n{outcome.differences[0]}"
    assert coverage.share > SHARE
    assert coverage.share_of_fine > SHARE_OF_FINE
    assert [name for name in PLAIN if not coverage.answered[name]] == [], coverage.table
