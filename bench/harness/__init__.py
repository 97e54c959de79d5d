"""What bench/run.py measures with. Redis, Kafka and child processes come from the end-to-end tests' support."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
