"""A shop that measures how late its event loop is, and tells when it is asked to stop.

`python -m tests.hostile.lagging PORT`, with the settings of a shop in the environment.
"""

import asyncio
import json
import signal
import sys

import uvicorn

from api import logs
from api.main import create_app

EVERY = 0.002


async def measured(lags: list[tuple[float, float]]) -> None:
    """Note when each sleep should have ended, and by how much it was too long."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        lags.append((due, loop.time() - due))


async def main(port: int) -> None:
    logs.configure("ERROR")
    config = uvicorn.Config(create_app(), port=port, log_config=None, proxy_headers=False)
    server = uvicorn.Server(config)
    lags: list[tuple[float, float]] = []
    sampling = asyncio.create_task(measured(lags))
    await server.serve()
    sampling.cancel()
    sys.stdout.write(json.dumps(lags) + "\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn passes it on when it has stopped
    asyncio.run(main(int(sys.argv[1])))
