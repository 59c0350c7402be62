"""Which pages of other origins may call: the same that may open a socket."""

from starlette.datastructures import Headers
from starlette.middleware.cors import ALL_METHODS, CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.domain.errors import BadRequest
from api.middleware.refusing import Refuse

SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-CSRF-Token",
    "X-Request-Id",
)
READ = (
    "Deprecation",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server-Timing",
    "Sunset",
    "X-Request-Id",
)


class Origins(CORSMiddleware):
    """Starlette's, but that a preflight is refused in our words."""

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...], cookies: bool, refuse: Refuse):
        self.refuse = refuse
        super().__init__(
            app,
            allow_origins=allowed,
            allow_methods=ALL_METHODS,
            allow_headers=SENT,
            expose_headers=READ,
            allow_credentials=cookies,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            headers = Headers(scope=scope)
            if "origin" in headers and "access-control-request-method" in headers:
                answer = self.preflight_response(headers)
                if answer.status_code != 200:
                    answer = self._reworded(scope, answer)
                return await answer(scope, receive, send)
        return await super().__call__(scope, receive, send)

    def _reworded(self, scope: Scope, refusal: Response) -> Response:
        error = BadRequest(f"{bytes(refusal.body).decode()}: see the setting for allowed origins.")
        answer = self.refuse(Request(scope), error)
        answer.headers["Vary"] = refusal.headers["Vary"]
        return answer
