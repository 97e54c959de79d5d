"""Prints "PASSED FAILED" of a GoogleTest report; skipped and disabled tests count as neither."""

import sys
import xml.etree.ElementTree

passed = failed = 0
for case in xml.etree.ElementTree.parse(sys.argv[1]).iter("testcase"):
    if case.find("failure") is not None:
        failed += 1
    elif case.get("status") == "run" and case.get("result") == "completed":
        passed += 1
print(passed, failed)
