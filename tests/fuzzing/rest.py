"""REST is held to its OpenAPI document: schemathesis makes requests, good and bad, from it, and no
answer may be a fault of ours, or one of which the document says nothing.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as hypothesis_settings
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok

from tests.fuzzing.asking import SECONDS, Caller, Known, Report

PROMISES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
OFTEN = 0.9
KEPT = 0.2  # of the parameters of a good request that may be left out
COMMON = {
    *("cache-control", "connection", "content-encoding", "content-length", "content-type", "date"),
    *("server", "server-timing", "transfer-encoding", "vary", "content-disposition"),
    *("referrer-policy", "x-content-type-options", "x-frame-options", "content-security-policy"),
    *("strict-transport-security", "permissions-policy", "cross-origin-opener-policy"),
    *("cross-origin-resource-policy",),
}
"""Headers that say nothing of the operation."""


def _promises() -> list[Any]:
    return [CHECKS.get_one(name) for name in PROMISES]


class UndeclaredHeader(AssertionError):
    """An answer with a header of which its document says nothing."""


def ask(
    address: str,
    callers: Sequence[Caller],
    cases: int,
    seed: int,
    *,
    part: int = 0,
    parts: int = 1,
) -> Report:
    """Ask every operation of one part of the document as often; each request by every caller."""
    openapi = requests.get(f"{address}/openapi-3.1.json", timeout=SECONDS).json()
    known = Known.to(callers[0], address, openapi)
    load_all_checks()
    schema = schemathesis.openapi.from_dict(openapi)
    schema.config.update(base_url=address)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    each = -(-cases // (len(operations) * len(MODES) * len(callers)))
    report = Report()
    with requests.Session() as session:
        for operation in operations[part::parts]:
            chance = Random(f"{seed} {operation.label}")
            asked = _Asked(operation, known, callers, session, report, chance)
            for mode in MODES:
                asked.ask(mode, each, seed)
    return report


class _Asked:
    """One operation that is asked, and the report on it."""

    def __init__(
        self,
        operation: APIOperation[Any, Any, Any, Any],
        known: Known,
        callers: Sequence[Caller],
        session: requests.Session,
        report: Report,
        chance: Random,
    ) -> None:
        self.operation, self.known, self.callers = operation, known, callers
        self.session, self.report, self.chance = session, report, chance

    def ask(self, mode: GenerationMode, times: int, seed: int) -> None:
        """So many questions, good or bad ones."""

        @seeded(seed)
        @hypothesis_settings(
            max_examples=times,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=self.operation.as_strategy(generation_mode=mode))
        def one(case: Case[Any]) -> None:
            self._send(case)

        one()

    def _send(self, case: Case[Any]) -> None:
        case.path_parameters = self.known.put_into(case.path_parameters, self.chance)
        if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.query = {k: v for k, v in case.query.items() if self._keeps(k)}
        if isinstance(case.body, dict):
            case.body = self.known.put_into(case.body, self.chance)
        if self.chance.random() < OFTEN:
            self._set(case, "If-Match", "*")
            case.headers.pop("If-None-Match", None)
        self._set(case, "Idempotency-Key", f"fuzz-{self.chance.getrandbits(64):x}")
        for caller in self.callers:
            answer = case.call(session=self.session, headers=caller.headers, timeout=SECONDS)
            self.report.answers[answer.status_code] += 1
            self._judge(case, caller, answer)

    def _keeps(self, parameter: str) -> bool:
        """All at once they would hardly ever find anything; what must be there stays."""
        declared = {it.name: it.is_required for it in self.operation.query}
        return declared.get(parameter, False) or self.chance.random() < KEPT

    def _set(self, case: Case[Any], name: str, value: str) -> None:
        """Fill in a header that the operation takes, which by chance would never be right."""
        if name in {header.name for header in self.operation.headers}:
            case.headers[name] = value

    def _judge(self, case: Case[Any], caller: Caller, answer: Response) -> None:
        try:
            case.validate_response(answer, checks=_promises())
            self._judge_headers(answer)
        except (Failure, FailureGroup, UndeclaredHeader) as failure:
            kind = f"{self.operation.label} {answer.status_code}: {str(failure)[:300]}"
            sent = f"{caller.name}: {case.as_curl_command()}\n{answer.text[:500]}"
            self.report.wrong.setdefault(kind, sent)

    def _judge_headers(self, answer: Response) -> None:
        declared = self.operation.responses.find_by_status_code(answer.status_code)
        assert declared is not None
        named = {name.lower() for name in declared.definition.get("headers", {})}
        more = {name.lower() for name in answer.headers} - named - COMMON
        if more:
            raise UndeclaredHeader(f"undeclared headers: {', '.join(sorted(more))}")
