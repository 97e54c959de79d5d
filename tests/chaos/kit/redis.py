"""A Redis that can be killed, with or without losing its data, and frozen."""

import os
import shutil
import signal

from support.process import Child, folder
from support.redis import Redis
from support.waiting import until


class ChaosRedis(Redis):
    """Redis writes every command to disk before it replies."""

    def __init__(self):
        self.place = folder("redis")
        super().__init__()

    def start(self):
        self.child = Child(
            "redis",
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", self.place,
             "--appendonly", "yes", "--appendfsync", "always"],
        )  # fmt: skip
        until(lambda: self.cli("PING") == "PONG", "Redis answers")

    def kill(self):
        self.child.kill()

    def forget(self):
        """Deletes the data. Redis must not run."""
        shutil.rmtree(self.place)
        os.makedirs(self.place)

    def freeze(self):
        self.child.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.child.process.send_signal(signal.SIGCONT)
