"""Whoever asks gets the same bytes, with the engine and without it."""

import secrets

import pytest

from tests.differential.coverage import PLAIN, SHARE, SHARE_OF_FINE
from tests.differential.proof import Proof

DOCUMENTS = 150


@pytest.mark.parametrize("seed", ["stockroom", pytest.param(secrets.token_hex(4), id="fresh")])
async def test_the_engine_answers_every_question_as_graphql_core_does(
    proof: Proof, seed: str
) -> None:
    outcome = await proof.run(seed, DOCUMENTS)
    assert not outcome.differences, f"\nseed {seed}\n{outcome.differences[0]}"
    assert outcome.coverage.documents == DOCUMENTS
    assert outcome.coverage.share > SHARE, f"seed {seed}: most answers were graphql-core's"
    assert outcome.coverage.share_of_fine > SHARE_OF_FINE, f"seed {seed}: not all is compiled"


async def test_the_engine_itself_answers_whatever_a_document_can_be_made_of(proof: Proof) -> None:
    outcome = await proof.run("all of it", 2 * DOCUMENTS, failing=0)
    assert not outcome.differences, f"\n{outcome.differences[0]}"
    unanswered = [feature for feature in PLAIN if not outcome.coverage.answered[feature]]
    assert unanswered == [], outcome.coverage.table
