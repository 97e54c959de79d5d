"""The files of the repository, as the checks see them. Each check is a program: it prints what is wrong, one place a
line, and ends with status 1 if there was any. The first argument is the repository's root."""

import pathlib
import re
import sys

SKIPPED_FOLDERS = re.compile(r"^(build.*|\..*|node_modules|__pycache__|packagecache)$")
KEPT_DOT_FOLDERS = {".ci"}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def files(self, *suffixes, under=""):
        """Paths relative to the root, sorted; of these suffixes, or all."""
        return sorted(
            path
            for path in self._walk(self.root / under)
            if not suffixes or path.suffix in suffixes
        )

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        """Line numbers from 1 with their lines."""
        return enumerate(self.text(path).splitlines(), 1)

    def _walk(self, folder):
        if not folder.is_dir():
            return
        for entry in folder.iterdir():
            if entry.is_symlink() or entry.name == ".git":
                continue
            if entry.is_file():
                yield entry.relative_to(self.root)
            elif entry.name in KEPT_DOT_FOLDERS or not SKIPPED_FOLDERS.match(entry.name):
                yield from self._walk(entry)


def without_comments(text):
    """C++ text with comments and the inside of literals blanked out; every line keeps its number."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL,
    )

    def blank(found):
        word = found.group(0)
        if word.startswith("/"):
            return re.sub(r"[^\n]", " ", word)
        # A digit separator is no literal: 1'000'000.
        if word.startswith("'") and found.start() > 0 and text[found.start() - 1].isalnum():
            return word
        return '""' + "\n" * word.count("\n")

    return pattern.sub(blank, text)


def main(check):
    tree = Tree(sys.argv[1])
    wrong = list(check(tree))
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)
