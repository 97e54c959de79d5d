"""Runs the tests of this folder. --counts FILE writes "PASSED FAILED" to the file; -k selects tests as unittest does."""

import argparse
import os
import sys
import unittest

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--counts")
arguments.add_argument("-k", dest="patterns", action="append")
chosen = arguments.parse_args()

loader = unittest.TestLoader()
if chosen.patterns:
    loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in chosen.patterns]
tests = loader.discover(here)
result = unittest.TextTestRunner(verbosity=2).run(tests)

from support import secrets  # noqa: E402  (found in the folder put on the path above)

leaks = secrets.leaks()
print(f"{secrets.count()} secrets and payloads, found in logs: {len(leaks)}", *leaks[:20], sep="\n", file=sys.stderr)
failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses) + bool(leaks)
passed = max(0, result.testsRun + 1 - failed - len(result.skipped))
if chosen.counts:
    with open(chosen.counts, "w", encoding="utf-8") as counts:
        counts.write(f"{passed} {failed}")
sys.exit(1 if failed else 0)
