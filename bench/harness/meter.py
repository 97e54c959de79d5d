"""Measures CPU time and memory of a process from /proc."""

import os
import time
from dataclasses import dataclass


@dataclass
class Cost:
    """The difference between two readings."""

    seconds: float
    cpu_us: float  # all threads, user and system
    loop_us: float  # the main thread only
    switches: int  # voluntary context switches of the main thread: how often the loop slept and woke up


class Meter:
    def __init__(self, pid):
        self.pid = pid
        self.start()

    def start(self):
        self._begin = self._read()

    def cost(self):
        now = self._read()
        return Cost(*(after - before for after, before in zip(now, self._begin)))

    def used_us(self):
        """CPU time since the process started, of all threads that still exist."""
        return self._read()[1]

    def memory_kib(self):
        """Resident and proportional memory."""
        sizes = {}
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if rest.endswith("kB\n"):
                    sizes[name] = int(rest.split()[0])
        return sizes["Rss"], sizes["Pss"]

    def _read(self):
        threads = {int(task): self._ran_us(task) for task in os.listdir(f"/proc/{self.pid}/task")}
        return time.monotonic(), sum(threads.values()), threads[self.pid], self._switches()

    def _ran_us(self, task):
        """CPU time in microseconds. schedstat counts nanoseconds; stat only counts ticks."""
        with open(f"/proc/{self.pid}/task/{task}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1000

    def _switches(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith("voluntary_ctxt_switches"):
                    return int(line.split()[1])
        raise AssertionError("/proc/PID/status has no voluntary_ctxt_switches")
