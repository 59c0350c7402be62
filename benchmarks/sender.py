"""Sends requests where wrk is not installed: python -m benchmarks.sender BASE CONNECTIONS SECONDS
FILE STAMP.
"""

import asyncio
import random
import re
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.load import PLACEHOLDER
from benchmarks.numbering import item_id

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass
class Sender:
    """What is sent, until when, and how long each answer took."""

    template: str
    stamp: str
    numbers: "count[int]" = field(default_factory=count)
    times: list[float] = field(default_factory=list)
    refused: int = 0

    def request(self) -> bytes:
        """The next request."""
        unique = f"{self.stamp}{next(self.numbers):012x}"
        filled = self.template.replace("<unique>", unique)
        return PLACEHOLDER.sub(_item, filled).encode()

    async def keep_asking(self, host: str, port: int, until: float) -> None:
        """One connection's work."""
        reader, writer = await asyncio.open_connection(host, port)
        while time.perf_counter() < until:
            since = time.perf_counter()
            writer.write(self.request())
            head = await reader.readuntil(b"\r\n\r\n")
            if length := LENGTH.search(head):
                await reader.readexactly(int(length[1]))
            self.times.append(time.perf_counter() - since)
            self.refused += int(head[9:12]) >= 400
        writer.close()


def _item(bounds: re.Match[str]) -> str:
    return item_id(random.randint(int(bounds[1]), int(bounds[2])))


async def send(base: str, connections: str, seconds: str, file: str, stamp: str) -> None:
    """Send, then tell the result as wrk.lua does."""
    address = urlsplit(base)
    sender = Sender(Path(file).read_bytes().decode(), stamp)
    since = time.perf_counter()
    until = since + float(seconds)
    host, port = address.hostname or "", address.port or 80
    work = [sender.keep_asking(host, port, until) for _ in range(int(connections))]
    await asyncio.gather(*work)
    lasted, times = time.perf_counter() - since, sorted(sender.times)
    p50, p99 = (times[int(len(times) * part)] for part in (0.5, 0.99))
    micros = " ".join(f"{moment * 1e6:.0f}" for moment in (lasted, p50, p99))
    print(f"RESULT {len(times)} {sender.refused} 0 {micros}")


if __name__ == "__main__":
    asyncio.run(send(*sys.argv[1:]))
