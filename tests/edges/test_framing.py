"""Requests whose lengths do not say the truth, sent by hand: refused or cut off, and the next
caller is served as ever.
"""

import socket
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from tests.serving import served

BODY = b'{"query": "{ __typename }"}'
PLAIN = f"Content-Length: {len(BODY)}\r\n".encode()
LIES = {
    "shorter than it says": (f"Content-Length: {len(BODY) + 50}\r\n".encode(), BODY),
    "longer than it says": (b"Content-Length: 5\r\n", BODY),
    "two lengths": (b"Content-Length: 5\r\n" + PLAIN, BODY),
    "a length and chunks": (PLAIN + b"Transfer-Encoding: chunked\r\n", b"5\r\n{}   \r\n0\r\n\r\n"),
    "chunks of no number": (b"Transfer-Encoding: chunked\r\n", b"zz\r\n{}\r\n0\r\n\r\n"),
    "a length that is no number": (b"Content-Length: 1e3\r\n", BODY),
    "a negative length": (b"Content-Length: -5\r\n", BODY),
}


@pytest.fixture(scope="module")
def port(app: FastAPI) -> Iterator[int]:
    """Where the shop listens."""
    with served(app) as url:
        yield int(url.rpartition(":")[2])


def sent(port: int, path: str, framing: bytes, body: bytes) -> bytes:
    """All that comes back when the line is closed behind the request."""
    head = f"POST {path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(head + framing + b"Connection: close\r\n\r\n" + body)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


@pytest.mark.parametrize("path", ["/v1/items", "/graphql"])
@pytest.mark.parametrize("lie", LIES)
def test_b91_a_request_of_another_length_than_it_says_harms_nobody(
    port: int, path: str, lie: str
) -> None:
    told = sent(port, path, *LIES[lie])

    status = told[9:12]
    assert status in (b"400", b"408", b"") or (path == "/v1/items" and status == b"401"), told[:300]
    assert b"__typename" not in told
    assert sent(port, "/graphql", PLAIN, BODY)[9:12] == b"200"
