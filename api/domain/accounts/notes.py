"""What accounts leave to be done after the answer: letters, and lines for who audits the log."""

from functools import partial

import structlog

from api.domain.letters import Letter
from api.domain.scope import Scope

log = structlog.get_logger("audit")


def write_to(scope: Scope, letter: Letter) -> None:
    """Have a letter sent."""
    scope.afterwards(partial(scope.surroundings.post.send, letter))


def note(scope: Scope, happened: str, **facts: str) -> None:
    """Have a line written: what happened, by whom, from where."""
    by, trace_id = scope.actor.principal, scope.trace_id

    async def write() -> None:
        log.info(happened, by=by, network=scope.network, trace_id=trace_id, **facts)

    scope.afterwards(write)
