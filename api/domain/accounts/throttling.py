"""How often strangers may try: counted before anything is looked up or hashed."""

import hashlib

import structlog

from api.domain.errors import RateLimited
from api.domain.scope import Scope
from api.domain.surroundings import Throttle

log = structlog.get_logger("audit")


async def count(scope: Scope, act: str, throttle: Throttle, account: str) -> None:
    """Count one try; raises RateLimited when there were too many, alike for known and unknown
    accounts. What is refused for its network counts against no account.
    """
    mark = hashlib.sha256(account.encode(errors="replace")).hexdigest()[:32]
    kinds = (
        (f"{act} network {scope.network}", throttle.network),
        (f"{act} account {mark} network {scope.network}", throttle.together),
        (f"{act} account {mark}", throttle.account),
    )
    for what, most in kinds:
        wait = await scope.surroundings.counters.wait_after(what, most, throttle.seconds)
        if wait:
            log.warning("throttled", trace_id=scope.trace_id, act=act, network=scope.network)
            raise RateLimited(f"Too many tries: try again in {wait} seconds.", wait)
