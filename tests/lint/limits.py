"""A counted limit has a line in docs/limits.md, a label in the metrics from the start, and a test that reaches it: the line
names the test, and the test exists."""

import re

import tree

DOCUMENT = "docs/limits.md"
METRICS = "src/observe/metrics.cc"
STRUCK = re.compile(r'limits_struck\["(\w+)"\]|reject\(\w+, "(\w+)"')
SUITE = r"(?:[A-Z]\w*Test)"
TEST = re.compile(rf"\b({SUITE})\.(\w+(?:, (?!{SUITE})[A-Z]\w+\b(?!\.))*)")


def named_tests(line):
    """`SomeTest.One, Two` names two tests of a suite; `SomeTest` alone names the suite."""
    for suite, names in TEST.findall(line):
        yield from ((suite, name) for name in names.split(", "))
    yield from ((suite, r"\w+") for suite in re.findall(rf"\b({SUITE})\b(?!\.)", line))


def check(files):
    sources = files.files(".cc", ".h", under="src")
    struck = {(found[1] or found[2], path) for path in sources for found in STRUCK.finditer(files.text(path))}
    if not struck:
        return
    document, metrics = files.text(DOCUMENT), files.text(METRICS)
    for label, path in sorted(struck):
        if f"`{label}`" not in document:
            yield f"{path}: the limit {label} is missing in {DOCUMENT}"
        if f'"{label}"' not in metrics:
            yield f"{METRICS}: the limit {label} ({path}) has no label in the metrics from the start"
    tests = "".join(files.text(path) for path in files.files(".cc", under="tests"))
    for number, line in enumerate(document.splitlines(), 1):
        for suite, name in named_tests(line):
            if not re.search(rf"\b{suite},\s*{name}\)", tests):
                yield f"{DOCUMENT}:{number}: there is no test {suite}.{name}"


if __name__ == "__main__":
    tree.main(check)
