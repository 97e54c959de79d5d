"""The base class of the scenarios: starts servers, hermod processes, clients and a load; checks the ledger at the end."""

import asyncio
import time
import unittest
import uuid

from support.hermod import KEY, Hermod
from support.hermod_test_case import kafka

from .client import Client
from .ledger import Ledger, Promise, gaps, missing
from .load import Load
from .pace import lasting
from .proxy import Proxy
from .redis import ChaosRedis

PATIENCE_SECONDS = 30


async def aside(work, *arguments, **options):
    """Runs blocking work in a thread, so that the clients still answer."""
    return await asyncio.to_thread(work, *arguments, **options)


async def when(condition, what, patience=PATIENCE_SECONDS):
    """Like support.waiting.until, but the clients keep running."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience} s: {what}")
        await lasting(0.005)
    return value


class Stage(unittest.IsolatedAsyncioTestCase):
    users_count = 20
    devices_count = 1  # devices per user
    per_second = 300
    settings = {}

    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)  # IsolatedAsyncioTestCase enables debug mode, which is slow
        mark = uuid.uuid4().hex[:8]
        self.topic, self.dead_letter_topic = f"chaos.{mark}", f"dead.{mark}"
        self.users = [f"user-{i}-{mark}" for i in range(self.users_count)]
        self.load = None
        await self.start_kafka()
        self.redis = await aside(self.start_redis)
        self.hermods, self.clients, self.faults_at = [], [], []
        self.front = await Proxy().start()
        self.addAsyncCleanup(self.take_down)

    async def take_down(self):
        if self.load:
            await self.load.stop()
        for client in self.clients:
            await client.stop()
        await self.front.stop()
        for hermod in list(self.hermods):
            await aside(hermod.child.kill)
        await aside(self.redis.kill)

    async def start_kafka(self):
        self.kafka = await aside(kafka)
        await aside(self.kafka.create, self.topic)
        self.load = Load(self.kafka.servers, self.topic, self.users, self.per_second)

    def kafka_settings(self):
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.servers,
            "KAFKA_TOPICS": self.topic,
            "KAFKA_CONSUMER_GROUP": f"group-{self.topic}",
            "KAFKA_CONFIG": "session.timeout.ms=6000,heartbeat.interval.ms=500",
            "KAFKA_DEAD_LETTER_TOPIC": self.dead_letter_topic,
        }

    def start_redis(self):
        return ChaosRedis()

    async def start_hermod(self, **settings):
        hermod = await aside(
            Hermod,
            **{"REDIS_URL": self.redis.url(), "REDIS_SOCKET_TIMEOUT": 2, "DRAIN_SECONDS": 1}
            | self.kafka_settings()
            | self.settings
            | settings,
        )
        self.hermods.append(hermod)
        self.front.targets.append(hermod.address.port)
        return hermod

    def forsake(self, hermod):
        """Removes a process that has ended or is about to end."""
        self.hermods.remove(hermod)
        if hermod.address.port in self.front.targets:
            self.front.targets.remove(hermod.address.port)

    async def kill_hermod(self, hermod):
        self.forsake(hermod)
        await aside(hermod.child.kill)

    async def stop_hermod(self, hermod):
        self.forsake(hermod)
        self.assertEqual(await aside(hermod.stop), 0)

    async def start_all(self, **settings):
        """Starts hermod, connects all clients, starts the load, and waits until it arrives."""
        hermod = await self.start_hermod(**settings)
        await aside(hermod.wait_for_redis)
        for user in self.users:
            numbers = set()
            self.clients += [Client(user, KEY, self.front.port, numbers) for _ in range(self.devices_count)]
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        await self.load.start()
        await self.arriving()
        return hermod

    def received(self):
        return sum(len(connection.got) for client in self.clients for connection in client.connections)

    async def arriving(self, more=None):
        """Waits until `more` notifications have arrived (default: 5 per user)."""
        aim = self.received() + (more or self.users_count * 5)
        await when(lambda: self.received() >= aim, "notifications arrive")

    async def next_delivery_s(self):
        """Seconds until the next notification."""
        begun, had = time.monotonic(), self.received()
        await when(lambda: self.received() > had, "the next delivery")
        return time.monotonic() - begun

    def complete(self):
        return not missing(self.clients, self.load.sent) and not gaps(self.clients, self.load.sent)

    async def close_books(self, promise=None, **figures):
        """Stops the load, waits until all messages have arrived, prints the figures, and fails if a promise is broken."""
        promise = promise or Promise()
        await self.load.stop()
        try:
            await when(self.complete, "all messages arrive", PATIENCE_SECONDS if promise.lost == 0 else 5)
        except AssertionError:
            pass  # the ledger reports the missing messages
        await self.settle()
        ledger = Ledger(promise, self.clients, self.load.sent)
        extra = "".join(f", {name.replace('_', ' ')} {value}" for name, value in figures.items())
        print(f"\n  {self.id().rpartition('.')[2]}: {ledger.figures()}{extra}", flush=True)
        breaches = ledger.breaches()
        if breaches:
            for hermod in self.hermods:
                print(hermod.child.said()[-3000:])
        self.assertEqual(breaches, [])

    async def settle(self):
        """Waits for duplicates, which would arrive immediately after the last message."""
        await lasting(0.3)
