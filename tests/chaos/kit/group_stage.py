"""The base class of the scenarios with several Redis servers: two hermod processes with half of the clients each, and clients
that connect and disconnect all the time."""

import asyncio
import json
import random
import time

from support.redis_cluster import slot_of

from .ledger import Promise
from .pace import lasting
from .stage import Stage, aside, when

NOTICE_SECONDS = 3  # protocol section 4: a shard that is down is named within this time
AGAIN_SECONDS = 12  # the longest time that ack cursors are not written


def p99(values):
    return sorted(values)[len(values) * 99 // 100] if values else 0.0


class GroupStage(Stage):
    users_count = 60
    per_second = 300
    visitors_count = 5  # clients that connect and disconnect all the time
    others_p99_s = 0.05  # of the users of shards without a fault
    failover_p99_s = 0.3  # of all users during planned failovers

    async def start_both(self, **settings):
        second = await self.start_hermod(**settings)
        first = await self.start_all(**settings)
        await aside(second.wait_for_redis)
        self._visits = asyncio.create_task(self._visit())
        self.addAsyncCleanup(self._end_visits)
        return first, second

    async def _visit(self):
        draw = random.Random(7)
        visitors = self.clients[: self.visitors_count]
        while True:
            await lasting(0.2)
            draw.choice(visitors).drop()

    async def _end_visits(self):
        self._visits.cancel()
        await asyncio.gather(self._visits, return_exceptions=True)

    async def close_group(self, promise=None, **figures):
        """Both processes are ready, every promise is kept, and both end without a handle in their loop."""
        await self._end_visits()
        for hermod in self.hermods:
            await when(lambda hermod=hermod: hermod.page("/healthz/ready")[1].get("status") == "ready", "hermod is ready", 60)
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        await self.arriving()
        await self.close_books(promise or Promise(again_s=AGAIN_SECONDS), **figures)
        for client in self.clients:
            await client.stop()
        for hermod in list(self.hermods):
            await self.stop_hermod(hermod)

    def health(self, hermod):
        """(status of the readiness page, the text of the pages that name shards)."""
        status, ready = hermod.page("/healthz/ready")
        return status, json.dumps(ready) + json.dumps(hermod.page("/healthz/redis")[1])

    async def named(self, text, patience=NOTICE_SECONDS):
        """Waits until the health pages of each process contain the text."""
        for hermod in self.hermods:
            await when(lambda hermod=hermod: text in self.health(hermod)[1], f"health names {text}", patience)

    def users_of(self, master):
        view = self.redis.views(master)[master.port]
        return {user for user in self.users if view.serves(slot_of(f"{{{user}}}:stream"))}

    def latencies(self, users, begun, ended):
        """Seconds between sending and the first arrival, of messages that were sent in this time."""
        first = {}
        for client in self.clients:
            for connection in client.connections if client.user in users else ():
                for number, arrived in connection.got:
                    key = client.user, number
                    first[key] = min(arrived, first.get(key, arrived))
        sent = self.load.sent_at
        return [arrived - sent[key] for key, arrived in first.items() if begun <= sent[key] <= ended]

    def assert_undisturbed(self, users, begun):
        """Users of other shards: no notice, and no delay."""
        stayed = self.clients[self.visitors_count :]
        concerned = [client for client in stayed if client.user in users]
        self.assertFalse([client.user for client in concerned if client.noticed("service_degraded")])
        slow = p99(self.latencies({client.user for client in concerned}, begun, time.monotonic() - 1))
        self.assertLess(slow, self.others_p99_s, "p99 of the users of other shards")

    async def delivery_to(self, users, patience=30):
        """Seconds until a message that is sent from now on arrives at one of these users."""
        begun = time.monotonic()

        def arrived():
            theirs = [client for client in self.clients if client.user in users and client.connections]
            newest = [(client.user, number) for client in theirs for number, _ in client.connections[-1].got[-1:]]
            return any(self.load.sent_at[message] >= begun for message in newest)

        await when(arrived, "a delivery to the users of the shard", patience)
        return time.monotonic() - begun
