"""The single steps for each record and frame: nanoseconds, by Google Benchmark"""

import json
import subprocess

from ..programs import path

REPEATS = 1


def run(results, in_full):
    words = [path("micro"), "--benchmark_format=json", f"--benchmark_min_time={1.0 if in_full else 0.2}"]
    done = subprocess.run(words, capture_output=True, check=True, timeout=600)
    for one in json.loads(done.stdout)["benchmarks"]:
        results.add(f"micro.{one['name']}", one["cpu_time"], one["time_unit"], "per run")
