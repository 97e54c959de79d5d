#!/usr/bin/env python3
"""Measures hermod. Without names, all scenarios run in their short form, in a few minutes. A named scenario runs in full
length. The table goes to stdout, progress to stderr, and the JSON results to --json."""

import argparse
import datetime
import importlib
import json
import os
import resource
import subprocess
import sys
import time

from harness import say

SCENARIOS = ["start", "idle", "connect", "leases", "deliver", "fanout", "pipeline", "latency", "deployments", "cluster_faults", "delivery", "storm", "crowd", "scaling", "soak", "micro"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--build", default="build", help="the build folder")
    parser.add_argument("--binary", help="the hermod program to measure (BUILD/hermod)")
    parser.add_argument("--repeats", type=int, default=0, help="runs of each scenario; default: by scenario")
    parser.add_argument("--deployment", metavar="NAME", help="the only deployment that the scenario deployments measures, such as tls or cluster_3, or masters")
    parser.add_argument("--json", help="the file for the JSON results (BUILD/bench.json)")
    parser.add_argument("--markdown", help="write the table as Markdown to this file, between its markers if it has them (bench/RESULTS.md)")
    parser.add_argument("--compare", metavar="FILE", help="show ratios to the JSON results of an earlier run")
    given = parser.parse_args()
    for name in given.names:
        if name not in SCENARIOS:
            parser.error(f"unknown scenario {name}; choose from {', '.join(SCENARIOS)}")
    return given


def allow_many_descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run_scenario(name, given, results):
    module = importlib.import_module(f"harness.scenarios.{name}")
    repeats = given.repeats or module.REPEATS
    for repeat in range(repeats):
        say(f"{name}: {module.__doc__.splitlines()[0]} ({repeat + 1} of {repeats})")
        began = time.monotonic()
        module.run(results, in_full=name in given.names)
        say(f"{name}: {time.monotonic() - began:.0f} s")


def main():
    given = arguments()
    build = os.path.abspath(given.build)
    os.environ["HERMOD_BINARY"] = os.path.abspath(given.binary) if given.binary else os.path.join(build, "hermod")
    allow_many_descriptors()
    from harness import deployments, machine, measure, programs, report

    deployments.SELECTED = given.deployment
    programs.FOLDER = os.path.join(build, "bench")
    where = machine.describe()
    started = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    results = measure.Results()
    failed = []
    for name in given.names or SCENARIOS:
        try:
            run_scenario(name, given, results)
        except (AssertionError, KeyError, OSError, ValueError, subprocess.SubprocessError) as error:
            say(f"{name}: FAILED: {error}")
            failed.append(name)
    measures = list(results.measures.values())
    print(report.table(measures))
    with open(given.json or os.path.join(build, "bench.json"), "w", encoding="utf-8") as file:
        json.dump(report.to_json(where, started, measures), file, indent=1)
    if given.markdown:
        report.write_markdown(given.markdown, where, started, measures)
    if given.compare:
        print("\n" + report.compare(given.compare, measures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
