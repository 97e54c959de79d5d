"""The harness of bench/run.py. It uses the Redis, Kafka and child process helpers of the end-to-end tests."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))


def say(text):
    """Progress goes to stderr."""
    print(f"==> {text}", file=sys.stderr, flush=True)
