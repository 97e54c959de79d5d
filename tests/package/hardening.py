#!/usr/bin/env python3
"""Checks the hardening of a build in its ELF files, so that a lost compiler flag is detected.

    hardening.py BINARY [ADDON.node ...]"""

import platform
import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments], capture_output=True, text=True, check=True).stdout


def imported(path):
    """The names of the functions that the file imports."""
    symbols = readelf("--dyn-syms", path)
    return {line.split()[7].split("@")[0] for line in symbols.splitlines() if " UND " in line and len(line.split()) > 7}


def landing_pads(path):
    with open(path, "rb") as file:
        return file.read().count(b"\xf3\x0f\x1e\xfa")  # endbr64


def faults(path):
    header, segments, dynamic = readelf("-h", path), readelf("-l", path), readelf("-d", path)
    names = imported(path)
    shared = path.endswith(".node")
    stack = re.search(r"GNU_STACK(\s+0x[0-9a-f]+){5}\s+(\S+)", segments)
    promises = {
        "it is not position-independent": re.search(r"Type:\s+DYN", header) and (shared or "PIE" in dynamic),
        "its relocations stay writable (RELRO)": "GNU_RELRO" in segments,
        "its symbols are bound late (BIND_NOW)": "BIND_NOW" in dynamic or re.search(r"FLAGS_1.*\bNOW\b", dynamic),
        "its stack is executable": stack and "E" not in stack.group(2),
        "a segment is writable and executable": not re.search(r"LOAD.*\sRWE\s", segments),
        "its text is relocated (TEXTREL)": "TEXTREL" not in dynamic,
        "it searches libraries in a folder of its own": not re.search(r"\((RPATH|RUNPATH)\)", dynamic),
        "it has no stack protector": "__stack_chk_fail" in names,
        "it has no fortified calls": any(name.startswith("__") and name.endswith("_chk") for name in names),
    }
    if platform.machine() == "x86_64":
        # The note is missing because of Debian's start-up objects, but each function of hermod begins with a landing pad.
        promises["it has no control-flow protection"] = landing_pads(path) > 2000
    return [f"{path}: {what}" for what, kept in promises.items() if not kept]


def main():
    found = [fault for path in sys.argv[1:] for fault in faults(path)]
    if not sys.argv[1:]:
        found = ["usage: hardening.py BINARY [ADDON.node ...]"]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


sys.exit(main())
