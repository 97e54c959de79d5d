"""Forbidden everywhere: sleeps in tests (tests wait for a condition), paths of one machine, `using namespace` in headers,
headers without `#pragma once`, trailing white space and tabs."""

import re

import tree

TEXT = {".cc", ".h", ".py", ".js", ".mjs", ".build", ".txt", ".toml", ".yml", ".service", ".socket", ".md", ""}
SLEEP = re.compile(r"\b(?:u|nano|clock_nano)?sleep(?:_for|_until)?\s*\(")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)(?:/|\b(?=[\s'\"`]))")


def check(files):
    for path in files.files():
        if path.suffix not in TEXT:
            continue
        is_test = path.parts[0] == "tests" and path.parts[1] != "lint"
        text = files.text(path)
        if path.suffix == ".h" and "#pragma once" not in text:
            yield f"{path}: #pragma once is missing"
        for number, line in enumerate(text.splitlines(), 1):
            if is_test and SLEEP.search(line):
                yield f"{path}:{number}: a test sleeps; wait for a condition instead"
            if MACHINE_PATH.search(line) and path.parts[:2] != ("tests", "lint"):
                yield f"{path}:{number}: a path of one machine"
            if path.suffix == ".h" and re.match(r"\s*using namespace", line):
                yield f"{path}:{number}: using namespace in a header"
            if path.suffix in {".cc", ".h", ".py", ".build"} and (line != line.rstrip() or "\t" in line):
                yield f"{path}:{number}: tab or trailing white space"


if __name__ == "__main__":
    tree.main(check)
