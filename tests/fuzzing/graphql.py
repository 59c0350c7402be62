"""GraphQL is held to its schema: schemathesis writes documents, good and bad, for every root field,
and no answer may be a fault of ours, or refuse with a code that is explained nowhere.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.graphql import nodes

from api.explaining import explained
from tests.fuzzing.asking import SECONDS, Caller, Known, Report
from tests.fuzzing.rest import MODES

REFERENCE = re.compile(r'\b(\w*?)(?:Id|id)(s?): (\[?)"[^"]*"')
ANSWERS = {200, 400, 401, 429}  # who tries many passwords is asked to wait
_WORDS = st.sampled_from(["", "EUR", "12.50", "-1", "1e400", "2026-11-22T10:30:00Z", "x", "0"])
_SCALARS = {
    "Quantity": st.integers(-(2**54), 2**54).map(nodes.Int),
    "Currency": _WORDS.map(nodes.String),
    "Decimal": _WORDS.map(nodes.String),
    "DateTime": _WORDS.map(nodes.String),
    "Attributes": st.just(nodes.Object([])),
}


def ask(
    address: str,
    callers: Sequence[Caller],
    cases: int,
    seed: int,
    *,
    part: int = 0,
    parts: int = 1,
) -> Report:
    """Ask every root field of one part of the schema as often; each document by every caller."""
    for name, values in _SCALARS.items():
        schemathesis.graphql.scalar(name, values)
    openapi = requests.get(f"{address}/openapi-3.1.json", timeout=SECONDS).json()
    known = Known.to(callers[0], address, openapi)
    sdl = requests.get(f"{address}/schema.graphql", timeout=SECONDS).text
    schema = schemathesis.graphql.from_file(sdl)
    found = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    operations = found[part::parts]
    report, chance, left = Report(), Random(seed), cases * len(operations) // len(found)
    with requests.Session() as session:
        while left > 0:  # of some operations there are not that many documents
            each = -(-left // (len(operations) * len(MODES) * len(callers)))
            asked, seed = report.asked, seed + 1
            for operation, mode in product(operations, MODES):
                for document in _documents(operation, mode, each, seed):
                    text = _with_known(document, known, chance)
                    for caller in callers:
                        _send(session, address, caller, text, report)
            left -= report.asked - asked
    return report


def _documents(operation: Any, mode: GenerationMode, times: int, seed: int) -> list[str]:
    found: list[str] = []

    @seeded(seed)
    @hypothesis_settings(
        max_examples=times,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Case[Any]) -> None:
        found.append(str(case.body))

    one()
    return found


def _with_known(document: str, known: Known, chance: Random) -> str:
    """The document with most of the ids in it replaced by ids that there are."""

    def replaced(found: re.Match[str]) -> str:
        word = found[1].lower() or chance.choice(sorted(known.ids) or [""])
        ids = known.ids.get(word)
        if not ids or chance.random() > 0.7:
            return found[0]
        return f'{found[0].partition(":")[0]}: {found[3]}"{chance.choice(ids)}"'

    return REFERENCE.sub(replaced, document)


def _send(
    session: requests.Session, address: str, caller: Caller, document: str, report: Report
) -> None:
    answer = session.post(
        f"{address}/graphql", json={"query": document}, headers=caller.headers, timeout=SECONDS
    )
    report.answers[answer.status_code] += 1
    for wrong in _wrong(answer):
        report.wrong.setdefault(wrong, f"{caller.name}: {document[:2000]}\n{answer.text[:500]}")


def _wrong(answer: requests.Response) -> Iterator[str]:
    """What was not promised in an answer."""
    if answer.status_code not in ANSWERS:
        yield f"status {answer.status_code}"
    told = answer.json()
    if not told.keys() <= {"data", "errors", "extensions"} or not {"data", "errors"} & told.keys():
        yield f"an answer of {sorted(told)}"
    for error in told.get("errors", ()):
        code = error.get("extensions", {}).get("code", "none")
        if code == "INTERNAL" or code.lower().replace("_", "-") not in explained():
            yield f"{code}: {error['message'][:200]}"
