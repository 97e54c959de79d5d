"""Access to the files of the repository for the checks. Each check is a program: it prints one finding per line and exits
with 1 if there is any. Its first argument is the root of the repository."""

import ast
import io
import pathlib
import re
import sys
import tokenize

SKIPPED_FOLDERS = re.compile(r"^(build.*|\..*|node_modules|__pycache__|packagecache)$")
KEPT_DOT_FOLDERS = {".ci"}

C_LIKE = {".cc", ".h", ".js", ".mjs", ".ts"}
HASH_COMMENTS = {".build", ".cfg", ".conf", ".service", ".socket", ".sysusers", ".yml"}
SHELL_FOLDERS = {"script", ".ci"}
# A comment or a literal of C++ or JavaScript.
TOKEN = re.compile(
    r'//(?P<line>[^\n]*)|/\*(?P<block>.*?)\*/|R"(?P<mark>[^(\s]*)\((?P<raw>.*?)\)(?P=mark)"'
    r'|"(?P<literal>(?:\\.|[^"\\\n])*)"|(?<!\w)\'(?P<single>(?:\\.|[^\'\\\n])+)\'',
    re.DOTALL,
)
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    def files(self, *suffixes, under=""):
        """Sorted paths relative to the root, of all files or of those with these suffixes."""
        return sorted(
            path
            for path in self._walk(self.root / under)
            if not suffixes or path.suffix in suffixes
        )

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        """(number, line) of each line; numbers start at 1."""
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
    """C++ code without comments and contents of literals. Line numbers do not change."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL,
    )

    def blank(found):
        word = found.group(0)
        if word.startswith("/"):
            return re.sub(r"[^\n]", " ", word)
        # A digit separator does not start a literal: 1'000'000.
        if word.startswith("'") and found.start() > 0 and text[found.start() - 1].isalnum():
            return word
        return '""' + "\n" * word.count("\n")

    return pattern.sub(blank, text)


def comments(text):
    """(first line, text) of each comment of C++ or JavaScript. Consecutive line comments are one comment."""
    found, last = [], -1
    for match in TOKEN.finditer(text):
        words = match["line"] if match["line"] is not None else match["block"]
        if words is None:
            continue
        first = text.count("\n", 0, match.start()) + 1
        words = re.sub(r"\n\s*\*?", " ", words).strip()
        if first == last + 1 and match["line"] is not None:
            found[-1] = (found[-1][0], found[-1][1] + " " + words)
        else:
            found.append((first, words))
        last = text.count("\n", 0, match.end()) + 1
    return found


def literals(text):
    """(first line, text) of each string literal of C++ or JavaScript, except Lua scripts. Adjacent literals are one."""
    found, end = [], -1
    for match in TOKEN.finditer(text):
        words = next((match[name] for name in ("raw", "literal", "single") if match[name] is not None), None)
        if words is None or match["mark"] == "lua":
            continue
        if end >= 0 and not text[end : match.start()].strip():
            found[-1] = (found[-1][0], found[-1][1] + words)
        else:
            found.append((text.count("\n", 0, match.start()) + 1, words))
        end = match.end()
    return found


def python_comments(text):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node):
            yield node.body[0].lineno, " ".join(ast.get_docstring(node).split())
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def shell_comments(text):
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            yield number, line.lstrip("# \t")


def paragraphs(text):
    """(first line, text) of each paragraph, list item and table row of a document, without code blocks."""
    text = CODE_BLOCK.sub(lambda block: "\n" * block[0].count("\n"), text)
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        begins = re.match(r"\s*(?:[-|#>]|\d+\. )", line) or not found or not found[-1][1].strip()
        if begins or not line.strip():
            found.append((number, line))
        else:
            found[-1] = (found[-1][0], found[-1][1] + " " + line.strip())
    return found


def prose(files, path):
    """(first line, text) of the prose of a file: the comments of code, or all text of a document."""
    if path.suffix in C_LIKE:
        return comments(files.text(path))
    if path.suffix == ".py":
        return python_comments(files.text(path))
    if path.suffix == ".md":
        return paragraphs(files.text(path))
    if path.parts[0] in SHELL_FOLDERS or path.suffix in HASH_COMMENTS or path.name == "Dockerfile":
        return shell_comments(files.text(path))
    return []


def main(check):
    tree = Tree(sys.argv[1])
    wrong = list(check(tree))
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)
