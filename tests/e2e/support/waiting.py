"""Tests wait for a condition. The timeout only limits the time of a failing test."""

import asyncio
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


async def eventually(condition, what, patience=PATIENCE_SECONDS):
    """As until(), while the tasks of the test go on: its clients answer pings."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience} s: {what}")
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 0.01)
        except asyncio.TimeoutError:
            pass
    return value
