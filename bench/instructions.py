#!/usr/bin/env python3
"""Counts the instructions of each path of micro/ with callgrind and compares them with limits. Unlike times, the counts are the
same in every run. The limits leave a fifth for other compilers and libraries. Understand the cause before you raise one.

    instructions.py build/bench/micro_once [path ...]"""

import re
import subprocess
import sys

# Instructions for each run of the path, at most.
BOUNDS = {
    "parse_600": 12_800,
    "parse_16k": 90_000,
    "format_event": 15_000,
    "verify_hs256": 26_500,
    "frame_300": 370,
    "route_one": 2_010,
    "route_five": 5_040,
    "deadline": 80,
    "delivery_pong": 2_290,
}
RUNS = 1000


def collected(program, path, runs):
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, path, str(runs)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{path}: {done.stderr[-500:]}")
    return int(found.group(1))


def instructions(program, path):
    """Instructions per run of the path. The difference between two lengths cancels out the set-up."""
    return (collected(program, path, 3 * RUNS) - collected(program, path, RUNS)) / (2 * RUNS)


def main():
    program, *chosen = sys.argv[1:]
    paths = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    unbounded = set(paths) ^ set(BOUNDS)
    if unbounded:
        sys.exit(f"paths without a bound, or bounds without a path: {unbounded}")
    over = False
    for path in chosen or paths:
        count = instructions(program, path)
        over |= count > BOUNDS[path]
        print(f"{path:15} {count:10,.0f}  of {BOUNDS[path]:8,}  {'OVER' if count > BOUNDS[path] else ''}", flush=True)
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
