"""Calls that stand in one place only, so that a handle's end, the loop's turning and the process's exit can be read there."""

import re

import tree

# What is called, where it may stand, and why not elsewhere.
RULES = [
    (r"\buv_close\s*\(", {"src/uv/handle.cc"}, "only Handle closes handles"),
    (r"\buv_run\s*\(", {"src/uv/own_loop.cc"}, "only OwnLoop turns a loop"),
    (r"\buv_stop\s*\(", {"src/uv/own_loop.cc"}, "only OwnLoop stops a loop"),
    (r"\buv_default_loop\s*\(", set(), "the loop is a constructor's argument"),
    (
        r"\bstd::j?thread\b|\bpthread_create\s*\(",
        {"src/source/blocking_task.cc", "src/source/blocking_task.h", "src/source/broker_waker.cc", "src/source/broker_waker.h"},
        "everything of ours runs on the loop's thread, but for what of librdkafka may block: its endings, and its in-process broker",
    ),
    (r"(?<![\w:.>])(?:std::)?_?exit\s*\(", {"src/main.cc"}, "only main ends the process"),
]


def check(files):
    for path in [path for folder in ("src", "include", "bindings") for path in files.files(".cc", ".h", under=folder)]:
        code = tree.without_comments(files.text(path)).splitlines()
        for number, line in enumerate(code, 1):
            for pattern, places, why in RULES:
                if str(path) not in places and re.search(pattern, line):
                    yield f"{path}:{number}: {why}"


if __name__ == "__main__":
    tree.main(check)
