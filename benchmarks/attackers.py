"""python -m benchmarks.attackers ADDRESS FOLDER SECONDS: sends each body of a folder from one
connection for each credential in its `who`, again and again; says which status came how often.
"""

import asyncio
import sys
import time
from collections import Counter
from pathlib import Path


async def attack(
    address: str, who: str, bodies: list[bytes], until: float, seen: Counter[str]
) -> None:
    """One attacker, who asks again as soon as he is answered."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    turn = 0
    while time.monotonic() < until:
        body = bodies[turn % len(bodies)]
        turn += 1
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nAuthorization: {who}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            seen["closed"] += 1
            return await attack(address, who, bodies, until, seen)
        seen[answer[9:12].decode()] += 1
        fields = dict(line.split(": ", 1) for line in answer.decode().lower().splitlines()[1:-1])
        await reader.readexactly(int(fields["content-length"]))
    writer.close()


async def main(address: str, folder: Path, seconds: float) -> Counter[str]:
    """All attackers at once."""
    bodies = [path.read_bytes() for path in sorted(folder.glob("*.body"))]
    until, seen = time.monotonic() + seconds, Counter[str]()
    callers = (folder / "who").read_text().splitlines()
    await asyncio.gather(*(attack(address, who, bodies, until, seen) for who in callers))
    return seen


if __name__ == "__main__":
    print(dict(asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))))
