"""Produces numbered records to Kafka with one kcat, whose idempotent producer keeps their order and repeats none."""

import asyncio
import collections
import time

from support.records import as_text, envelope, notification

from .pace import lasting

TICK_SECONDS = 0.02


class Load:
    def __init__(self, servers, topic, users, per_second):
        self.servers, self.topic, self.users, self.per_second = servers, topic, users, per_second
        self.sent = collections.Counter()
        self.sent_at = {}  # (user, number): when
        self._turn = 0
        self._task = None

    async def start(self):
        self._kcat = await asyncio.create_subprocess_exec(
            "kcat", "-P", "-b", self.servers, "-t", self.topic, "-K", "|",
            "-X", "enable.idempotence=true", "-X", "linger.ms=5",
            stdin=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._task = asyncio.create_task(self._flow())
        return self

    async def _flow(self):
        loop = asyncio.get_running_loop()
        begun, written = loop.time(), 0
        while True:
            due = int((loop.time() - begun) * self.per_second)
            self.write(due - written)
            written = due
            await self._kcat.stdin.drain()
            await lasting(TICK_SECONDS)  # the pace

    def write(self, count, user=None):
        for _ in range(count):
            self._turn += 1
            to = user or self.users[self._turn % len(self.users)]
            self.sent[to] += 1
            self.sent_at[to, self.sent[to]] = time.monotonic()
            text = as_text(notification(to, payload={"n": self.sent[to]}))
            self._kcat.stdin.write(f"{to}|{envelope(text, self.topic)}\n".encode())

    async def stop(self):
        """Stops, and waits until all records are acknowledged."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        self._kcat.stdin.close()
        status = await asyncio.wait_for(self._kcat.wait(), 60)
        assert status == 0, f"kcat ended with {status}"
