"""Waiting is for a condition; the patience is a bound on a hang."""

import threading
import time

PATIENCE_SECONDS = 30
_never = threading.Event()


def until(condition, what, patience=PATIENCE_SECONDS):
    """Asks again and again, and answers the condition's first value that is true."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience} s: {what}")
        _never.wait(0.01)
