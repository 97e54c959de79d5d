"""Calls that are allowed in one place only: how handles are closed, the loop runs and the process exits is defined once."""

import re

import tree

# (call, files that may contain it, reason)
RULES = [
    (r"\buv_close\s*\(", {"src/uv/handle.cc"}, "only Handle closes handles"),
    (r"\buv_run\s*\(", {"src/uv/own_loop.cc"}, "only OwnLoop runs a loop"),
    (r"\buv_stop\s*\(", {"src/uv/own_loop.cc"}, "only OwnLoop stops a loop"),
    (r"\buv_default_loop\s*\(", set(), "the loop is an argument of constructors"),
    (
        r"\bstd::j?thread\b|\bpthread_create\s*\(",
        {"src/kafka/blocking_task.cc", "src/kafka/blocking_task.h", "src/kafka/broker_waker.cc", "src/kafka/broker_waker.h"},
        "all code runs on the loop's thread, except calls of librdkafka that may block: its shutdown, and the embedded broker",
    ),
    (r"(?<![\w:.>])(?:std::)?_?exit\s*\(", {"src/main.cc"}, "only main exits the process"),
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
