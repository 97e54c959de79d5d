"""Holds a process to a share of a core by a control group, which needs root."""

import os

ROOT = "/sys/fs/cgroup"
PERIOD_US = 20_000


class CpuLimit:
    def __init__(self, pid, share):
        """Raises OSError if it is not permitted."""
        quota = int(PERIOD_US * share)
        unified = os.path.exists(f"{ROOT}/cgroup.controllers")
        self.folder = f"{ROOT}{'' if unified else '/cpu'}/hermod-bench-{pid}"
        os.mkdir(self.folder)
        try:
            if unified:
                self._write("cpu.max", f"{quota} {PERIOD_US}")
            else:
                self._write("cpu.cfs_period_us", PERIOD_US)
                self._write("cpu.cfs_quota_us", quota)
            self._write("cgroup.procs", pid)
        except OSError:
            os.rmdir(self.folder)
            raise

    def remove(self):
        """After the process has ended."""
        os.rmdir(self.folder)

    def _write(self, name, value):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(str(value))
