"""What a fault leaves in the log of a process, and what is no fault."""

import subprocess
import sys

FAULT = """
import structlog
from api import logs

logs.configure("INFO")

def log_in(password):
    raise RuntimeError("the cellar is flooded")

try:
    log_in("hunter2-" * 2)
except RuntimeError as fault:
    structlog.get_logger("rest").error("unhandled", exc_info=fault)
"""


def test_a_fault_is_logged_with_its_place_but_not_with_what_passwords_were_there() -> None:
    run = subprocess.run([sys.executable, "-c", FAULT], capture_output=True, text=True, check=True)

    assert "the cellar is flooded" in run.stderr
    assert "log_in" in run.stderr
    assert "hunter2-hunter2-" not in run.stderr


REFUSAL = """
import logging
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from api import logs
from api.main import create_app
from tests.conftest import settings_for
from tests.serving import served

with served(create_app(settings_for("postgresql+asyncpg://nobody@127.0.0.1:1/none"))) as url:
    logs.configure("INFO")
    logging.getLogger("uvicorn.error").setLevel("INFO")
    try:
        connect(
            url.replace("http", "ws") + "/graphql",
            additional_headers={"Authorization": "Bearer nothing"},
            subprotocols=["graphql-transport-ws"],
        )
    except InvalidStatus as refused:
        print(refused.response.status_code, refused.response.body.decode())
"""


def test_a_socket_that_is_refused_is_told_why_and_is_no_error_in_the_log() -> None:
    run = subprocess.run(
        [sys.executable, "-c", REFUSAL], capture_output=True, text=True, check=True
    )

    assert run.stdout.startswith("401 ")
    assert "UNAUTHENTICATED" in run.stdout
    assert "/graphql" in run.stderr
    assert "ASGI" not in run.stderr
    assert '"level":"error"' not in run.stderr
