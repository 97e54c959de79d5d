"""Writes the console's page as a C++ array: the page with inlined styles and scripts, and the Content-Security-Policy that
allows exactly these. Called by Meson: embed.py PAGE STYLE SCRIPT... OUTPUT"""

import base64
import hashlib
import sys

STYLE_MARK = "<!-- style -->"
SCRIPT_MARK = "<!-- script -->"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def allowed(text):
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(style, script):
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {allowed(script)}",
            f"style-src {allowed(style)}",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def array(name, text):
    """An array of numbers, because compilers limit the length of a string literal."""
    data = text.encode()
    lines = (",".join(map(str, data[i : i + 32])) for i in range(0, len(data), 32))
    return f"constexpr char {name}[] = {{\n" + ",\n".join(lines) + "};\n"


def main(page_path, style_path, *rest):
    *script_paths, output = rest
    style = read(style_path)
    script = "'use strict';\n" + "".join(read(path) for path in script_paths)
    page = read(page_path)
    for mark in (STYLE_MARK, SCRIPT_MARK):
        if page.count(mark) != 1:
            sys.exit(f"{page_path}: {mark} must occur exactly once")
    page = page.replace(STYLE_MARK, f"<style>{style}</style>").replace(SCRIPT_MARK, f"<script>{script}</script>")
    if not (page + policy(style, script)).isascii():
        sys.exit("the console's sources must be ASCII; write other characters as escapes")
    with open(output, "w", encoding="ascii") as file:
        file.write('#include "console/console.h"\n\nnamespace hermod {\nnamespace {\n\n')
        file.write(array("kPageBytes", page))
        file.write(array("kPolicyBytes", policy(style, script)))
        file.write("\n}  // namespace\n\n")
        file.write("const std::string_view kConsolePage(kPageBytes, sizeof kPageBytes);\n")
        file.write("const std::string_view kConsolePolicy(kPolicyBytes, sizeof kPolicyBytes);\n")
        file.write("\n}  // namespace hermod\n")


main(*sys.argv[1:])
