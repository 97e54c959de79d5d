"""A source file has fewer than 250 lines, a header fewer than 100 without comments, a function fewer than 70: anything longer
should be split. Functions are recognized by their braces, which is precise enough."""

import re

import tree

SOURCE_LINES_MAX = 250
HEADER_LINES_MAX = 100
FUNCTION_LINES_MAX = 70
NO_FUNCTION = re.compile(r"^\s*(?:template\s*<.*?>\s*)?(?:inline\s+)?(?:namespace|class|struct|enum|union|extern)\b|=\s*$")


def blocks(code):
    """(first line, last line, text before the brace) of each function."""
    line, head, opened, open_functions = 1, "", [], 0
    for character in code:
        if character == "\n":
            line += 1
        if character == "{":
            is_function = ")" in head and not NO_FUNCTION.search(head) and open_functions == 0
            opened.append((line, head.strip(), is_function))
            open_functions += is_function
            head = ""
        elif character == "}" and opened:
            first, before, is_function = opened.pop()
            open_functions -= is_function
            if is_function:
                yield first, line, before
            head = ""
        elif character == ";":
            head = ""
        else:
            head += character


def check(files):
    paths = [path for folder in ("src", "include", "bindings") for path in files.files(".cc", ".h", under=folder)]
    for path in paths:
        text = files.text(path)
        code = tree.without_comments(text)
        is_header = path.suffix == ".h"
        lines = sum(1 for line in code.splitlines() if line.strip()) if is_header else text.count("\n")
        most = HEADER_LINES_MAX if is_header else SOURCE_LINES_MAX
        if lines >= most:
            yield f"{path}: {lines} lines, should be under {most}"
        for first, last, _ in blocks(code):
            if last - first + 1 >= FUNCTION_LINES_MAX:
                yield f"{path}:{first}: a function of {last - first + 1} lines, should be under {FUNCTION_LINES_MAX}"


if __name__ == "__main__":
    tree.main(check)
