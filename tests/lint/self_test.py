"""Tests the checks: a small tree with one fault must fail, and the same tree without the fault must pass."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent

TABLE = """
| module | may include | own libraries |
|---|---|---|
| base | | |
| uv | base | uv.h |
| bus | base uv | hiredis/ |
| core | base bus | |
| observe | base core | |
| server | base uv bus core | |
"""

SOUND = {
    "src/README.md": TABLE,
    "src/base/a.h": "#pragma once\n",
    "src/uv/b.cc": '#include <uv.h>\n#include "base/a.h"\nint f(int x) { return x; }\n',
    "src/uv/meson.build": "sources += files('b.cc')\n",
    "src/core/c.h": '#pragma once\n#include "bus/bus.h"\n#include <vector>\n',
    "src/server/d.h": '#pragma once\n#include "bus/redis_bus.h"\n',
    "include/hermod/e.h": '#pragma once\n#include <string>\n#include "hermod/f.h"\n',
    "tests/unit/g_test.cc": "// asleep\nvoid g() {}\n",
    "tests/unit/meson.build": "unit_sources += files('g_test.cc', 'h_test.cc')\n",
    "tests/lint/meson.build": "",
    "src/core/h.cc": 'void f() { ++stats.limits_struck["outbox"]; }\n',
    "src/core/meson.build": "sources += files('h.cc')\n",
    "src/observe/metrics.cc": 'const char* labels[] = {"outbox"};\n',
    "src/observe/meson.build": "sources += files('metrics.cc')\n",
    "tests/chaos/faults/a.patch": "Why\n--- a/src/uv/b.cc\n+++ b/src/uv/b.cc\n@@ -3 +3 @@\n-int f(int x) { return x; }\n+int f;\n",
    "docs/limits.md": "| 5 | `outbox` | GTest.Reaches, Both |\n",
    "docs/protocol.md": "# P\n\n## 1. One\n\nAs [above](#1-one), see section 1, `core/c.h` and `core/c`.\n",
    "tests/unit/h_test.cc": "TEST_F(GTest,\n       Reaches) {}\nTEST(GTest, Both) {}\n",
}

# (check, file, its text)
FAULTS = [
    ("include_table", "src/README.md", "no table\n"),
    ("include_table", "src/base/a.h", '#pragma once\n#include "uv/b.h"\n'),
    ("include_table", "src/base/a.h", "#pragma once\n#include <uv.h>\n"),
    ("include_table", "src/core/c.h", "#pragma once\n#include <hiredis/async.h>\n"),
    ("include_table", "src/core/c.h", '#pragma once\n#include "bus/redis_bus.h"\n'),
    ("include_table", "src/core/c.h", '#pragma once\n#include "c.h"\n'),
    ("include_table", "src/attic/x.h", "#pragma once\n"),
    ("include_table", "include/hermod/e.h", "#pragma once\n#include <spdlog/logger.h>\n"),
    ("include_table", "include/hermod/e.h", '#pragma once\n#include "core/c.h"\n'),
    ("include_table", "bindings/x/f.cc", '#include "uv/b.h"\n'),
    ("include_table", "bindings/x/f.cc", "#include <uv.h>\n"),
    ("one_place", "bindings/x/f.cc", "void f() {\n  uv_close(x, y);\n}\n"),
    ("one_place", "src/uv/b.cc", "void f() {\n  uv_close(x, y);\n}\n"),
    ("one_place", "src/uv/b.cc", "void f() {\n  uv_run(x, y);\n}\n"),
    ("one_place", "src/uv/b.cc", "auto* f() { return uv_default_loop(); }\n"),
    ("one_place", "src/uv/b.cc", "void f() { std::exit(1); }\n"),
    ("budgets", "src/uv/b.cc", "\n" * 250),
    ("budgets", "src/base/a.h", "int x;\n" * 100),
    ("budgets", "src/uv/b.cc", "int f(int x) {\n" + "  if (x) {\n  }\n" * 35 + "}\n"),
    ("budgets", "src/uv/b.cc", "namespace a {\nstruct B {\n  void f() const {\n" + "  ;\n" * 70 + "  }\n};\n}\n"),
    ("listed", "src/uv/forgotten.cc", "\n"),
    ("listed", "tests/unit/forgotten_test.cc", "\n"),
    ("listed", "tests/lint/forgotten.py", "\n"),
    ("limits", "src/core/h.cc", 'void f() { ++stats.limits_struck["time"]; }\n'),
    ("limits", "src/observe/metrics.cc", "\n"),
    ("limits", "docs/limits.md", "| 5 | `outbox` | GTest.Reaches, Nothing |\n"),
    ("limits", "docs/limits.md", "| 5 | `outbox` | GTest.Both, OtherTest |\n"),
    ("patches", "tests/chaos/faults/a.patch", "Why\n--- a/src/uv/b.cc\n@@ -3 +3 @@\n-int g(int x) { return x; }\n+int f;\n"),
    ("patches", "tests/chaos/faults/a.patch", "Why\n--- a/src/uv/c.cc\n@@ -3 +3 @@\n-int f(int x) { return x; }\n"),
    ("references", "src/base/a.h", "#pragma once\n// Names are in protocol\n// section 2.\n"),
    ("references", "src/base/a.h", "#pragma once\n// RFC 1 says it. See section 1.\n"),
    ("references", "src/base/a.h", "#pragma once\nclass A {\n  void f();  // not A::g()\n};\n"),
    ("references", "src/base/a.h", "#pragma once\n/* Called by nowhere::A. */\n"),
    ("references", "src/base/a.h", "#pragma once\n// The table is in base/b.h.\n"),
    ("references", "tests/lint/x.py", '"""Reads docs/none.md."""\n'),
    ("references", "src/uv/meson.build", "sources += files('b.cc')\n# see docs/none.md\n"),
    ("references", "script/x", "# Section 1 says why.\n"),
    ("references", "docs/limits.md", "as protocol section\n1.1 says\n"),
    ("references", "docs/limits.md", "see [the page](protocols.md)\n"),
    ("references", "docs/limits.md", "see [the page](protocol.md#2-two)\n"),
    ("references", "docs/limits.md", "see `core/hub`\n"),
    *(
        ("idioms", "docs/protocol.md", f"# P\n\n{text}\n")
        for text in (
            "Replay for who was away.",
            "Who comes back is replayed.",
            "What was lost is announced.",
            "Nothing of what was sent is lost.",
            "A ping goes behind the text.",
            "Takes a number of seconds.",
            "It takes no subscriptions.",
            "A line break is taken for an end.",
            "The bus is away.",
            "They are turned away.",
            "The users are told.",
            "The key stands in a file.",
            "A flag stands over the environment.",
            "The text as it stands.",
            "The oldest is given up.",
            "Mend the setting.",
            "The link is built anew.",
            "It waits\nfor ever.",
            "A page of theirs.",
            "One of them is to go.",
            "Nobody listens.",
            "The body is no JSON object.",
            "The object is gone behind.",
            "Connections are let go.",
            "Redis is there.",
            "Foreign texts are not replayed.",
            "It comes through the front door.",
            "Whether somebody knocks.",
            "The in-process twin of Kafka.",
            "Each room has one role.",
            "The walk of a record.",
            "The user's mark moves.",
            "The text's place is published.",
            "It comes in a later turn.",
            "Then the canary sings.",
            "The witness ran.",
        )
    ),
    ("words", "tests/unit/g_test.cc", "void g() { std::this_thread::sleep_for(x); }\n"),
    ("words", "tests/unit/g_test.cc", "void g() { usleep(5); }\n"),
    ("words", "script/x", "cat /home/somebody/x\n"),
    ("words", "src/base/a.h", "int x;\n"),
    ("words", "src/base/a.h", "#pragma once\nusing namespace std;\n"),
    ("words", "src/base/a.h", "#pragma once \n"),
]

HARMLESS = [
    *(
        ("idioms", "docs/protocol.md", f"# P\n\n{text}\n")
        for text in (
            "Users who were offline receive what they missed.",
            "Who may connect, and what is the limit?",
            "What a client sends is counted.",
            "It runs behind a proxy, behind one address, and 30 records behind.",
            "It takes any longer or shorter time, right away.",
            "They go away, and the id stands for a user.",
            "hermod gives up after 3 attempts.",
            "A patch amends the page: there is no topic, and it is no longer used.",
            "`nobody` is a user, and `is away` a name.",
            "It is there that records arrive; there is room for more.",
            "It turns the limit off, each in turn, and marks the end with a question mark.",
            "A dead letter begins with a letter. The foreign key knows a foreign thread.",
        )
    ),
    ("references", "src/base/a.h", '#pragma once\n// RFC 1 (section 2), protocol section 1\nauto* x = "// section 3, a.md";\n'),
    ("references", "src/base/a.h", "#pragma once\n// A::f() throws std::bad_alloc\nstruct A { void f(); };\n"),
    ("references", "docs/limits.md", "[A](https://a/b.md) at /etc/b.toml\n\n```\nsee section 1 of b.md\n```\n"),
    ("limits", "docs/limits.md", "| 5 | `outbox` | GTest.Reaches, Both, TimeShare.* |\n"),
    ("budgets", "src/base/a.h", "// said at length\n" * 100 + "int x;\n" * 99),
    ("one_place", "src/uv/b.cc", "// uv_close(x) is elsewhere\nvoid on_exit(int x);\n"),
    ("budgets", "src/uv/b.cc", "namespace a {\n" + "int f() { return 1; }\n" * 80 + "}\n"),
    ("budgets", "src/uv/b.cc", "const char* kText = R\"(\n{{{(\n)\";\nint x = 1'000'000;\n" + "int f() {\n}\n" * 60),
]


class Checks(unittest.TestCase):
    def run_check(self, name, changed):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**SOUND, **changed}.items():
                place = pathlib.Path(root, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
            return subprocess.run([sys.executable, HERE / f"{name}.py", root], capture_output=True, text=True)

    def test_a_sound_tree_passes(self):
        for name in sorted({name for name, _, _ in FAULTS}):
            with self.subTest(name):
                self.assertEqual(self.run_check(name, {}).stdout, "")

    def test_each_fault_is_found(self):
        for name, path, text in FAULTS:
            with self.subTest(f"{name} {path} {text[:60]!r}"):
                found = self.run_check(name, {path: text})
                self.assertEqual(found.returncode, 1, found.stderr)
                self.assertTrue(found.stdout.startswith(path), found.stdout)

    def test_what_only_looks_like_a_fault_is_not_one(self):
        for name, path, text in HARMLESS:
            with self.subTest(f"{name} {text[:60]!r}"):
                self.assertEqual(self.run_check(name, {path: text}).stdout, "")


if __name__ == "__main__":
    unittest.main()
