"""A thousand hostile clients next to a thousand honest ones, and clients that stop reading."""

import asyncio
import json
import re
import resource
import socket
import subprocess
import sys
import time

from support import hostile
from support.hermod import KEY
from support.hermod_test_case import HermodTestCase, redis
from support.sockets import open_socket
from support.waiting import PATIENCE_SECONDS, until

HONEST = 1000
HOSTILE = 1000
STALLED = 100
LONG_TEXT = "x" * 16_384
HARM_SECONDS = 15  # longer than the 10 s after which an incomplete request head is rejected


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status.read(), re.M)[1]) * 1024


def sanitized(pid):
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps:
        return "libasan" in maps.read()


def file_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * (HONEST + HOSTILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))


class Publisher:
    """Publishes many messages at once to users' channels, like a backend."""

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", redis().port)
        return self

    async def publish(self, texts):
        for user, text in texts:
            parts = [b"PUBLISH", f"ws:{user}".encode(), text.encode()]
            self.writer.write(b"*3\r\n" + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        await self.writer.drain()
        for _ in texts:
            await self.reader.readline()

    async def close(self):
        self.writer.close()
        await self.writer.wait_closed()


class Stalled:
    """A client that reads nothing after the response to its upgrade."""

    def __init__(self, user, hermod):
        self.user = user
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((hermod.address.hostname, hermod.address.port))
        self.socket.sendall(hostile.upgrade(user, KEY))
        assert self.socket.recv(12) == b"HTTP/1.1 101"


class Honest:
    """A client that records the messages and when they arrive."""

    def __init__(self, user):
        self.user, self.texts, self.times = user, [], []
        self.arrived = asyncio.Condition()

    async def open(self, hermod):
        headers = {"Authorization": f"Bearer {hostile.token(self.user, KEY)}"}
        self.socket = await open_socket(hermod.socket_url(), headers=headers)
        self.reading = asyncio.ensure_future(self.read())

    async def read(self):
        async for text in self.socket:
            async with self.arrived:
                self.texts.append(text)
                self.times.append(time.perf_counter())
                self.arrived.notify()

    async def has(self, count):
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(lambda: len(self.texts) >= count), PATIENCE_SECONDS)

    async def close(self):
        await self.socket.close()
        await self.reading


def quantile(values, share):
    return sorted(values)[int(len(values) * share)]


async def in_batches(steps, size=100):
    steps = list(steps)
    for at in range(0, len(steps), size):
        await asyncio.gather(*steps[at : at + size])


class Crowd(HermodTestCase):
    settings = {"LOG_LEVEL": "WARNING"}

    async def honest(self, count):
        asyncio.get_running_loop().set_debug(False)  # debug mode would take longer than the measured work
        file_limit()
        clients = [Honest(self.user()) for _ in range(count)]
        await in_batches(client.open(self.hermod) for client in clients)
        last = clients[-1].user
        until(lambda: redis().listeners(f"ws:{last}") == 1, "hermod is subscribed for all users")
        return clients

    async def rounds(self, clients, rounds, first=0, others=()):
        """Per round, publishes a message to each client and a long one to each of `others`. Returns the latencies in s."""
        publisher = await Publisher().open()
        latencies = []
        for number in range(first, first + rounds):
            began = time.perf_counter()
            await publisher.publish(
                [(other.user, LONG_TEXT) for other in others] + [(client.user, f"{client.user} {number}") for client in clients]
            )
            await asyncio.gather(*(client.has(number + 1) for client in clients))
            latencies += [client.times[number] - began for client in clients]
        await publisher.close()
        return latencies

    def check_texts(self, clients, rounds):
        for client in clients:
            self.assertEqual(client.texts, [f"{client.user} {number}" for number in range(rounds)])

    async def test_a_thousand_hostile_sockets_beside_a_thousand_honest(self):
        pid = self.hermod.child.process.pid
        clients = await self.honest(HONEST)
        await self.rounds(clients, 2)
        before = resident_bytes(pid)
        script = [sys.executable, hostile.__file__, "127.0.0.1", str(self.hermod.address.port), KEY, str(HOSTILE)]
        with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as harm:
            until(lambda: self.hermod.metric("process_open_fds") > HONEST + HOSTILE // 2, "most hostile clients are connected")
            peak = 0
            number, began = 2, time.monotonic()
            while time.monotonic() - began < HARM_SECONDS:
                await self.rounds(clients, 1, number)
                peak = max(peak, resident_bytes(pid))
                number += 1
            harm.stdin.close()
            thrown_out = json.loads(harm.stdout.read())
        self.check_texts(clients, number)
        until(lambda: self.hermod.page("/healthz/websocket")[1]["total_connections"] == HONEST, "the hostile clients are disconnected")
        after = resident_bytes(pid)
        print(f"{number} rounds; resident MB: before {before >> 20}, peak {peak >> 20}, after {after >> 20}; disconnected: {thrown_out}", file=sys.stderr)
        for kind, times in thrown_out.items():
            if kind != "pings_without_end":  # within the limits
                self.assertGreater(times, 0, kind)
        if not sanitized(pid):  # a sanitizer keeps freed memory
            self.assertLess(peak - before, 64 << 20)
            self.assertLess(after - before, 16 << 20)
        await in_batches(client.close() for client in clients)

    async def test_stalled_readers_cost_the_others_nothing(self):
        clients = await self.honest(200)
        readers = await self.honest(STALLED)
        stalled = [Stalled(self.user(), self.hermod) for _ in range(STALLED)]
        until(lambda: redis().listeners(f"ws:{stalled[-1].user}") == 1, "hermod is subscribed for the stalled users")
        beside = {"readers": [], "stalled": []}
        number = 0
        for _ in range(8):
            for kind, others in (("readers", readers), ("stalled", stalled)):
                beside[kind].append(await self.rounds(clients, 5, number, others))
                number += 5
        self.assertEqual(self.hermod.metric('hermod_limits_struck_total{limit="outbox"}'), 0)
        # They cost as much as clients that read. The median ignores a round that a busy machine delayed.
        p99 = {kind: quantile([quantile(one, 0.99) for one in rounds], 0.5) * 1000 for kind, rounds in beside.items()}
        print(f"with {STALLED} other clients, p99 in ms: {p99}", file=sys.stderr)
        self.assertLess(p99["stalled"], 2 * p99["readers"] + 5)
        # When their outboxes are full, they are closed, and the other clients do not wait for them.
        while self.hermod.metric('hermod_limits_struck_total{limit="outbox"}') < STALLED:
            await self.rounds(clients, 5, number, stalled)
            number += 5
        self.check_texts(clients, number)
        for one in stalled:
            one.socket.close()
        await in_batches(client.close() for client in clients + readers)
