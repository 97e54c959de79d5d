"""Each fault of tests/chaos/faults can be applied to the file that it changes. The chaos run that detects the faults is too
long for every change."""

import re

import tree

FOLDER = "tests/chaos/faults"
TARGET = re.compile(r"^--- a/(\S+)$", re.MULTILINE)
HUNK = re.compile(r"^@@[^\n]*\n((?:[ +-][^\n]*\n?)+)", re.MULTILINE)


def before(hunk):
    """The lines that a hunk expects."""
    return "".join(line[1:] for line in hunk.splitlines(keepends=True) if line[0] in " -")


def check(files):
    for path in files.files(".patch", under=FOLDER):
        text = files.text(path)
        target = TARGET.search(text)
        if not target or not (files.root / target[1]).is_file():
            yield f"{path}: the file that it changes does not exist"
        elif not all(before(hunk) in files.text(target[1]) for hunk in HUNK.findall(text)):
            yield f"{path}: {target[1]} has changed; update the patch"


if __name__ == "__main__":
    tree.main(check)
