"""All faults in random order for minutes. The seed is printed; run.py --seed repeats the order."""

import os
import random
import signal
import time

from kit.ledger import Promise
from kit.pace import lasting
from kit.proxy import Proxy
from kit.stage import Stage, aside, when

MIX_SECONDS = 60
LONG_MIX_SECONDS = int(os.environ.get("CHAOS_MIX_SECONDS", "300"))
AGAIN_SECONDS = 12  # the longest time that ack cursors are not written: an outage during which hermod is killed


class Mix(Stage):
    """Two processes."""

    seconds = MIX_SECONDS
    users_count = 30
    settings = {"WEBSOCKET_PING_INTERVAL": 1, "WEBSOCKET_PONG_TIMEOUT": 1}

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.link = await Proxy(self.redis.port).start()
        self.addAsyncCleanup(self.link.stop)
        self.settings = self.settings | {"REDIS_URL": f"redis://127.0.0.1:{self.link.port}/0"}
        self.draw = random.Random(int(os.environ["CHAOS_SEED"]))

    async def test_all_in_random_order(self):
        print(f"  seed {os.environ['CHAOS_SEED']}", flush=True)
        await self.start_all()
        await self.start_hermod()
        faults = self.faults()
        begun, done = time.monotonic(), []
        while time.monotonic() < begun + self.seconds:
            fault = self.draw.choice(faults)
            done.append(fault.__name__)
            print(f"    {time.monotonic() - begun:5.1f} s {fault.__name__}", flush=True)
            await fault()
            await lasting(self.draw.uniform(0, 2))
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        await self.close_books(Promise(again_s=AGAIN_SECONDS), faults=len(done))

    def faults(self):
        return [
            self.redis_killed, self.redis_frozen, self.scripts_flushed, self.redis_full, self.link_reset,
            self.link_half_closed, self.link_held, self.link_swallowed, self.hermod_killed, self.hermod_restarted,
            self.clients_vanish, self.clients_leave,
        ]  # fmt: skip

    async def redis_killed(self):
        await aside(self.redis.kill)
        await lasting(self.draw.uniform(0, 2))
        await aside(self.redis.start)

    async def redis_frozen(self):
        await aside(self.redis.freeze)
        await lasting(self.draw.uniform(0, 5))
        await aside(self.redis.thaw)

    async def scripts_flushed(self):
        await aside(self.redis.cli, "SCRIPT", "FLUSH")

    async def redis_full(self):
        await aside(self.redis.cli, "CONFIG", "SET", "maxmemory", "1")
        await lasting(self.draw.uniform(0, 2))
        await aside(self.redis.cli, "CONFIG", "SET", "maxmemory", "0")

    async def link_reset(self):
        self.link.reset()

    async def link_half_closed(self):
        self.link.half_close()

    async def link_held(self):
        self.link.hold()
        await lasting(self.draw.uniform(0, 4))
        self.link.release()

    async def link_swallowed(self):
        ports = [link.near_port for link in self.link.links]
        self.link.swallow(set(self.draw.sample(sorted(ports), self.draw.randint(1, len(ports)))) if ports else set())

    async def hermod_killed(self):
        await self.kill_hermod(self.draw.choice(self.hermods))
        await self.start_hermod()

    async def hermod_restarted(self):
        old = self.draw.choice(self.hermods)
        await self.start_hermod()
        await self.stop_hermod(old)

    async def clients_vanish(self):
        gone = self.draw.sample(self.clients, 10)
        self.front.swallow({client.socket.near_port for client in gone if client.socket})
        await lasting(self.draw.uniform(0, 1))
        for client in gone:
            client.drop()

    async def clients_leave(self):
        for client in self.draw.sample(self.clients, 10):
            client.drop()


class LongMix(Mix):
    """Two devices per user, connected to both processes; additional faults of one process and of Kafka."""

    seconds = LONG_MIX_SECONDS
    devices_count = 2
    users_count = 20

    def faults(self):
        return [*super().faults(), self.hermod_frozen, self.kafka_frozen, self.one_link_reset]

    async def hermod_frozen(self):
        process = self.draw.choice(self.hermods).child.process
        process.send_signal(signal.SIGSTOP)
        await lasting(self.draw.uniform(0, 3))
        process.send_signal(signal.SIGCONT)

    async def kafka_frozen(self):
        process = self.kafka.child.process
        process.send_signal(signal.SIGSTOP)
        await lasting(self.draw.uniform(0, 3))
        process.send_signal(signal.SIGCONT)

    async def one_link_reset(self):
        if links := sorted(self.link.links, key=lambda link: link.near_port):
            self.draw.choice(links).reset()
