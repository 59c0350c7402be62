"""A client of each face: the same operations by the same names, retried under their keys."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
from pydantic.alias_generators import to_camel, to_pascal, to_snake

TRIES = 6
PAGE = 200
_PASSING = {"BUSY", "IDEMPOTENCY_IN_PROGRESS", "RATE_LIMITED", "UNAVAILABLE"}

PATHS = {
    "create_category": "/v1/categories",
    "create_customer": "/v1/customers",
    "create_item": "/v1/items",
    "create_location": "/v1/locations",
    "fulfill_order": "/v1/orders/{order_id}/fulfill",
    "list_items": "/v1/items",
    "list_locations": "/v1/locations",
    "list_orders": "/v1/orders",
    "list_stock_levels": "/v1/stock-levels",
    "place_order": "/v1/orders",
    "receive_stock": "/v1/stock/receive",
}
_ORDER = "id externalRef status total { amount currency }"
FIELDS = {
    "fulfill_order": _ORDER,
    "list_items": "id sku",
    "list_orders": _ORDER,
    "list_stock_levels": "id itemId available committed onHand",
    "place_order": _ORDER,
}


class Refused(Exception):
    """What the server said no to: the code is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code


class Client(Protocol):
    """One face."""

    async def do(self, operation: str, key: str, **fields: Any) -> dict[str, Any]:
        """Do a command under an idempotency key; gives its result. Raises Refused."""

    async def all(self, operation: str, **where: Any) -> list[dict[str, Any]]:
        """Every row of a list, read page by page."""


@dataclass(frozen=True)
class Rest:
    """The face under /v1."""

    http: httpx2.AsyncClient

    async def do(self, operation: str, key: str, **fields: Any) -> dict[str, Any]:
        """POST the command; what its path names is taken from the fields."""
        path = PATHS[operation]
        body = {name: value for name, value in fields.items() if f"{{{name}}}" not in path}
        url, headers = path.format_map(fields), {"Idempotency-Key": key}
        return await retried(lambda: self.send("POST", url, json=body, headers=headers))

    async def all(self, operation: str, **where: Any) -> list[dict[str, Any]]:
        """GET pages until there are no more."""
        rows: list[dict[str, Any]] = []
        query = {"limit": PAGE, **where}
        while True:
            page = await retried(lambda: self.send("GET", PATHS[operation], params=query))
            rows += page["data"]
            if not page["page_info"]["has_next_page"]:
                return rows
            query["after"] = page["page_info"]["end_cursor"]

    async def send(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """One request; a problem is raised as Refused."""
        answer = await self.http.request(method, path, **request)
        body = _json(answer)
        if not answer.is_success:
            raise Refused(body.get("code", "UNKNOWN"), body.get("detail", str(answer.status_code)))
        return body


@dataclass(frozen=True)
class GraphQL:
    """The face at /graphql."""

    http: httpx2.AsyncClient

    async def do(self, operation: str, key: str, **fields: Any) -> dict[str, Any]:
        """Send the mutation; what it refuses stands in its `errors`."""
        name, fields_wanted = to_camel(operation), FIELDS.get(operation, "id")
        document = (
            f"mutation ($input: {to_pascal(operation)}Input!) {{ {name}(input: $input) {{"
            f" result {{ {fields_wanted} }} errors {{ code message path }} }} }}"
        )
        sent = {"input": _keys(fields | {"idempotency_key": key}, to_camel)}

        async def send() -> dict[str, Any]:
            payload = (await self._send(document, sent))[name]
            for error in payload["errors"]:
                raise Refused(error["code"], error["message"])
            result: dict[str, Any] = payload["result"]
            return result

        renamed: dict[str, Any] = _keys(await retried(send), to_snake)
        return renamed

    async def all(self, operation: str, **where: Any) -> list[dict[str, Any]]:
        """Read a connection page by page."""
        rows: list[dict[str, Any]] = []
        what = operation.removeprefix("list_")
        document = (
            f"query ($where: {to_pascal(what).removesuffix('s')}Filter, $after: String) {{"
            f" {to_camel(what)}(first: {PAGE}, after: $after, where: $where) {{"
            f" nodes {{ {FIELDS.get(operation, 'id')} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
        tree = {name: {"in": value} for name, value in where.items()}
        variables = {"where": _keys(tree, to_camel), "after": None}
        while True:
            page = (await retried(lambda: self._send(document, variables)))[to_camel(what)]
            rows += _keys(page["nodes"], to_snake)
            if not page["pageInfo"]["hasNextPage"]:
                return rows
            variables["after"] = page["pageInfo"]["endCursor"]

    async def _send(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        request = {"query": document, "variables": variables}
        body = _json(await self.http.post("/graphql", json=request))
        for error in body.get("errors", []):
            raise Refused(error.get("extensions", {}).get("code", "UNKNOWN"), error["message"])
        data: dict[str, Any] = body["data"]
        return data


async def retried(send: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """What is sent, sent again while the server is away or busy: the key makes that safe."""
    for attempt in range(1, TRIES + 1):
        try:
            return await send()
        except httpx2.TransportError as error:
            if attempt == TRIES:
                raise Refused("NO_ANSWER", f"The server does not answer: {error!r}.") from None
        except Refused as refused:
            if attempt == TRIES or refused.code not in _PASSING:
                raise
        await asyncio.sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")


@asynccontextmanager
async def connected(
    url: str, authorization: str | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """HTTP to a running server."""
    headers = {"Authorization": authorization} if authorization else {}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=30) as http:
        yield http


async def bearer(url: str, email: str, password: str) -> str:
    """Sign in; gives the `Authorization` of further requests."""
    form = {"username": email, "password": password}
    async with connected(url) as http:
        rest = Rest(http)
        token = await retried(lambda: rest.send("POST", "/v1/auth/token", data=form))
    return f"Bearer {token['access_token']}"


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused("NOT_STOCKROOM", f"{answer.url} answers {answer.status_code}, not in JSON.")
    return body


def _keys(value: Any, renamed: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_keys(entry, renamed) for entry in value]
    if not isinstance(value, dict):
        return value
    return {renamed(key): _keys(entry, renamed) for key, entry in value.items()}
