"""Runs the short scenarios of this folder, or all with --long. --counts FILE writes "PASSED FAILED" to the file, -k selects
scenarios as unittest does, --seed repeats a random order."""

import argparse
import os
import random
import sys
import time
import unittest

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(os.path.dirname(here), "e2e")]

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--long", action="store_true")
arguments.add_argument("--faults", action="store_true", help="also build hermod with each fault, which must be caught")
arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
arguments.add_argument("--counts")
arguments.add_argument("-k", dest="patterns", action="append")
chosen = arguments.parse_args()
os.environ["CHAOS_SEED"] = str(chosen.seed)


class Progress(unittest.TextTestResult):
    """Prints the number of the scenario, the total and the elapsed time."""

    total = 0
    begun = time.monotonic()

    def startTest(self, test):
        took = time.monotonic() - self.begun
        print(f"[{self.testsRun + 1}/{self.total}, {took:.0f} s] {test.id()}", flush=True)
        super().startTest(test)


loader = unittest.TestLoader()
if chosen.patterns:
    loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in chosen.patterns]
suite = loader.discover(here, "short_*.py")
if chosen.long:
    suite.addTests(loader.discover(here, "long_*.py"))
if chosen.faults:
    suite.addTests(loader.discover(here, "fault_checks.py"))
Progress.total = suite.countTestCases()
result = unittest.TextTestRunner(verbosity=0, resultclass=Progress).run(suite)
failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
passed = max(0, result.testsRun - failed - len(result.skipped))
if chosen.counts:
    with open(chosen.counts, "w", encoding="utf-8") as counts:
        counts.write(f"{passed} {failed}")
sys.exit(1 if failed else 0)
