"""Loads the cases of Autobahn|Testsuite into Python 3.

The cases are written for Python 2, where a string literal is bytes. Each module is patched while it is loaded, in the few
places where the grammar differs. In the cases, bytes remain strings of the code points 0 to 255; `octets` and `letters`
convert them for the protocol.
"""

import binascii
import codecs
import importlib.util
import pathlib
import re
import sys
import types

CHANGES = (
    (re.compile(r"^(\s*)print\b.*$", re.M), r"\1pass"),
    (re.compile(r"^import binascii$", re.M), ""),
    (re.compile(r"^from autobahn.websocket.utf8validator .*$", re.M), ""),
    (re.compile(r"\(object, Case, \)"), "(Case, )"),  # all classes are new-style now
    (re.compile(r"len\(self\.payload\) / "), "len(self.payload) // "),
)


def octets(text):
    return text.encode("latin-1") if isinstance(text, str) else bytes(text)


def letters(data):
    return bytes(data).decode("latin-1")


class Utf8Validator:
    """A UTF-8 validator. It returns (valid so far, ends at a character boundary, and two positions that are only logged)."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def validate(self, data):
        try:
            self.decoder.decode(octets(data))
        except UnicodeDecodeError:
            return False, False, 0, 0
        return True, not self.decoder.getstate()[0], 0, 0


HEX = types.SimpleNamespace(b2a_hex=lambda text: binascii.b2a_hex(octets(text)).decode())
GIVEN = {"xrange": range, "unichr": chr, "binascii": HEX, "Utf8Validator": Utf8Validator}


class Finder:
    """Finds the modules of the suite's `case` folder, which import each other without a package."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path=None, target=None):
        file = self.folder / f"{name}.py"
        if path is not None or not name.startswith("case") or not file.exists():
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(file))

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        source = (self.folder / f"{module.__name__}.py").read_text(encoding="latin-1")
        for pattern, instead in CHANGES:
            source = pattern.sub(instead, source)
        vars(module).update(GIVEN)
        exec(compile(source, module.__spec__.origin, "exec"), vars(module))


def load(groups):
    """(id, class) of each active case of these groups, in the order of the suite."""
    folder = pathlib.Path(importlib.util.find_spec("autobahntestsuite").submodule_search_locations[0]) / "case"
    sys.meta_path.insert(0, Finder(folder))
    # Compares lists of events by value: the suite's own comparison depends on the identity of strings.
    importlib.import_module("case").Case.compare = lambda self, ours, theirs: ours == theirs
    found = {}
    for file in folder.glob("case*.py"):
        group = re.match(r"case(\d+)_", file.name)
        if group and int(group[1]) in groups and file.stem != "case9_9_1":  # also inactive in the suite, because it never ends
            for name, value in vars(importlib.import_module(file.stem)).items():
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, type) and re.fullmatch(r"Case\d+(_\d+)+", one.__name__):
                        found[tuple(map(int, one.__name__[4:].split("_")))] = one
    return [(".".join(map(str, key)), found[key]) for key in sorted(found)]
