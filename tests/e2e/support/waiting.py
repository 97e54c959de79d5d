"""Tests wait for a condition. The timeout only limits the time of a failing test."""

import threading
import time

PATIENCE_SECONDS = 30
_never = threading.Event()


def until(condition, what, patience=PATIENCE_SECONDS):
    """Calls the condition until its value is true, and returns that value."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience} s: {what}")
        _never.wait(0.01)
