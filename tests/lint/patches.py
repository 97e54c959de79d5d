"""Each built-in fault (tests/chaos/faults) still fits the file that it changes: the run that shows it caught is long, and not
part of every change."""

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
            yield f"{path}: changes no file of ours"
        elif not all(before(hunk) in files.text(target[1]) for hunk in HUNK.findall(text)):
            yield f"{path}: {target[1]} is another by now"


if __name__ == "__main__":
    tree.main(check)
