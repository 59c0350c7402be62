"""Both doors, spoken to in raw bytes, so that a test may say what no client library would."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.faces import camel

CREATE_ITEM = """mutation Create($input: CreateItemInput!) {
  createItem(input: $input) { result { id name } errors { code message path } }
}"""
ITEMS = """query Items(
  $q: String, $where: ItemFilter, $orderBy: [ItemOrder!],
  $first: Int, $last: Int, $after: String, $before: String
) {
  items(
    q: $q, where: $where, orderBy: $orderBy,
    first: $first, last: $last, after: $after, before: $before
  ) { nodes { id sku name } }
}"""


def raw(text: str) -> str:
    """Text that stands in the JSON as it is: no number of Python's can be 1e400."""
    return f"raw<{text}>"


def written(value: Any) -> bytes:
    """JSON in ASCII, where halves of surrogate pairs and NUL are escapes."""
    return re.sub(r'"raw<(.*?)>"', r"\1", json.dumps(value)).encode()


@dataclass
class Answer:
    """What came back; `code` is empty where nothing was refused."""

    response: httpx2.Response
    body: Any = None
    code: str = ""

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text


@dataclass
class Doors:
    """The two doors of one shop, for the bearer of one `Authorization`."""

    client: httpx2.AsyncClient
    authorization: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def signed_in(self, authorization: str | None) -> "Doors":
        return Doors(self.client, authorization)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        credentials = {"Authorization": self.authorization} if self.authorization else {}
        return credentials | self.headers | more

    async def rest(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request to /v1; a body of bytes goes as it is, any other as JSON."""
        sent = None if body is None else body if isinstance(body, bytes) else written(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if sent is not None:
            named.setdefault("content-type", "application/json")
        response = await self.client.request(
            method, path, content=sent, headers=self._headers(named)
        )
        return _rest_answer(response)

    async def graphql(self, query: str, variables: Any = None, **headers: str) -> Answer:
        """A request to /graphql."""
        return await self.post_graphql(written({"query": query, "variables": variables}), **headers)

    async def post_graphql(self, body: bytes, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("content-type", "application/json")
        response = await self.client.post("/graphql", content=body, headers=self._headers(named))
        return _graphql_answer(response)

    async def create_item(self, **sent: Any) -> tuple[Answer, Answer]:
        """The same item at both doors, under SKUs that differ."""
        body = {"name": "Chair", **sent}
        variables = {"input": camel(body | {"sku": body["sku"] + "-G"})}
        return await self.rest("POST", "/v1/items", body), await self.graphql(
            CREATE_ITEM, variables
        )


def _rest_answer(response: httpx2.Response) -> Answer:
    kind = response.headers.get("content-type", "")
    body: Any = response.json() if "json" in kind else None
    if response.is_success:
        return Answer(response, body)
    assert kind == "application/problem+json", (response.status_code, kind, response.text[:200])
    assert body["status"] == response.status_code
    assert body["trace_id"] == response.headers["x-request-id"]
    return Answer(response, body, body["code"])


def _graphql_answer(response: httpx2.Response) -> Answer:
    body = response.json()
    if errors := body.get("errors"):
        assert errors[0]["extensions"]["trace_id"] == response.headers["x-request-id"]
        return Answer(response, body, errors[0]["extensions"]["code"])
    assert response.status_code == 200
    payloads = [value for value in body["data"].values() if isinstance(value, dict)]
    refused = [error for payload in payloads for error in payload.get("errors") or []]
    return Answer(response, body, refused[0]["code"] if refused else "")
