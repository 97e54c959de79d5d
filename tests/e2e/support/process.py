"""Child processes whose output goes to files. All of them are killed when the tests end."""

import atexit
import os
import signal
import socket
import subprocess
import tempfile

from .waiting import until

scratch = tempfile.TemporaryDirectory(prefix="hermod-e2e-")
_running = set()
_logs = []  # (name, path) of every child


@atexit.register
def end_all():
    for child in list(_running):
        child.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def folder(name):
    return tempfile.mkdtemp(prefix=f"{name}-", dir=scratch.name)


def logs(name):
    """(name, output) of each child with this name."""
    for one, path in _logs:
        if one == name and os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as log:
                yield one, log.read()


class Child:
    """A child process. The file `log` has its stderr, and its stdout unless `stdout` is a pipe."""

    def __init__(self, name, arguments, environment=None, stdout=None, pass_fds=()):
        self.log = os.path.join(folder(name), "log")
        _logs.append((name, self.log))
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=stdout or log,
                stderr=log,
                env=environment,
                pass_fds=pass_fds,
            )
        _running.add(self)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def running(self):
        return self.process.poll() is None

    def stop(self, patience=30):
        """Sends SIGTERM, waits, and returns the exit status."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        return self.wait(patience)

    def kill(self):
        if self.running():
            self.process.kill()
        return self.wait(30)

    def wait(self, patience):
        until(lambda: not self.running(), f"{self.process.args[0]} ends", patience)
        _running.discard(self)
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode
