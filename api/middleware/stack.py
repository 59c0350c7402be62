"""What surrounds every request, and in which order: the one place that says so."""

from collections.abc import Iterator

from starlette.middleware import Middleware
from starlette.types import Scope

from api.middleware.allowance import Allowance
from api.middleware.body import BodyLimit
from api.middleware.closing import Closing, Start
from api.middleware.faults import Faults
from api.middleware.refusing import Refuse, Wording
from api.middleware.shields import Header, Shields
from api.middleware.tracing import Tracing
from api.settings import Settings


def stack_of(settings: Settings, wording: Wording, start: Start) -> list[Middleware]:
    """From the outside in; what a setting leaves out is not there at all. `start` takes what is
    left to do when an answer has gone.
    """
    counted = settings.rate_limit_points or settings.rate_limit_points_anonymous
    return [
        *_arriving(settings, wording.refuse),
        Middleware(Faults, word=wording.of_fault),
        *_limiting(settings, wording.refuse),
        Middleware(BodyLimit, limit=settings.max_body_bytes, refuse=wording.too_large),
        *([Middleware(Allowance)] if counted else []),
        Middleware(Closing, start=start),
    ]


def _arriving(settings: Settings, refuse: Refuse) -> Iterator[Middleware]:
    """Who comes, by which name: first whom the others take for granted, then what marks and logs
    every answer, then what lets a page of another origin read it, refusals included.
    """
    if settings.trusted_proxies:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        yield Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    hsts = settings.hsts_seconds if settings.https_only else 0
    shields = Shields(hsts) if settings.security_headers else _nothing
    yield Middleware(Tracing, slow_ms=settings.slow_request_ms, unless_set=shields)
    if settings.allowed_origins:
        from api.middleware.origins import Origins

        yield Middleware(
            Origins,
            allowed=settings.allowed_origins,
            cookies=settings.cross_origin_cookies,
            refuse=refuse,
        )
    if settings.allowed_hosts or settings.https_only:
        from api.middleware.doors import Hosts, Https

        if settings.allowed_hosts:
            yield Middleware(Hosts, allowed=settings.allowed_hosts, refuse=refuse)
        if settings.https_only:
            yield Middleware(Https)


def _limiting(settings: Settings, refuse: Refuse) -> Iterator[Middleware]:
    """What a request may take: a place, then room on the wire, then time."""
    if settings.max_running_requests:
        from api.middleware.gate import Gate

        yield Middleware(Gate, limit=settings.max_running_requests, refuse=refuse)
    if settings.gzip_minimum_bytes:
        from api.middleware.compression import Compression

        yield Middleware(Compression, minimum=settings.gzip_minimum_bytes)
    if settings.request_seconds:
        from api.middleware.deadline import Deadline

        yield Middleware(Deadline, seconds=settings.request_seconds, refuse=refuse)


def _nothing(_: Scope) -> tuple[Header, ...]:
    return ()
