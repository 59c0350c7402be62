"""Says in every answer what its caller may still spend (the RateLimit fields' draft 11)."""

from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.budgets import STANDING, Budget, Standing


class Allowance:
    """Adds `RateLimit-Policy` and `RateLimit` to the answers of requests that were charged for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                standing: Standing | None = scope.get(STANDING)
                if standing is not None:
                    left = f'"default";r={standing.remaining};t={standing.renewed}'.encode()
                    policy = (b"ratelimit-policy", _policy(standing.budget))
                    more = [policy, (b"ratelimit", left)]
                    message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        await self.app(scope, receive, answer)
        return None


@lru_cache(maxsize=2)
def _policy(budget: Budget) -> bytes:
    return f'"default";q={budget.points};w={budget.seconds}'.encode()
