"""What a fault leaves in the log of a process."""

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
