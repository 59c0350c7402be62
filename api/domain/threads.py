"""Threads for what takes long."""

import os
import sys
import threading


def step_back() -> None:
    """Let whoever answers requests go first; on Linux a thread has a niceness of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
