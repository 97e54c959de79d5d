"""hermod is killed, and clients disappear without closing their connections."""

import random

from kit.ledger import Ledger, Promise
from kit.pace import lasting
from kit.stage import Stage, aside, when

# Until the death of a process is noticed and its positions are holds, a client without a name for its device begins at the lowest
# of them at each return.
UNNOTICED_SECONDS = 13


class HermodFaults(Stage):
    async def test_killed_in_mid_stream(self):
        hermod = await self.start_all()
        await self.arriving(300)
        await self.kill_hermod(hermod)
        hermod = await self.start_hermod()
        await self.arriving(300)
        await self.kill_hermod(hermod)
        await self.start_hermod()
        back = f"{await self.next_delivery_s():.2f} s"
        await self.arriving()
        await self.close_books(Promise(again_s=UNNOTICED_SECONDS), first_delivery_after=back)

    async def test_killed_while_redis_is_frozen(self):
        hermod = await self.start_all()
        await aside(self.redis.freeze)
        await lasting(1)
        await self.kill_hermod(hermod)
        await self.start_hermod()
        await lasting(0.5)
        await aside(self.redis.thaw)
        await self.arriving()
        await self.close_books(Promise(again_s=2.5))

    async def test_two_processes_restarted_in_turn(self):
        """SIGTERM: records in flight are completed, and no message is delivered again."""
        first = await self.start_all()
        second = await self.start_hermod()
        await self.arriving()
        for old in (first, second):
            await self.start_hermod()
            await self.stop_hermod(old)
            await self.arriving()
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        await self.close_books(Promise(again_s=0))


class VanishingClients(Stage):
    settings = {"WEBSOCKET_PING_INTERVAL": 1, "WEBSOCKET_PONG_TIMEOUT": 1}

    async def test_clients_that_vanish_without_a_word(self):
        """The kernel accepts messages to them, but no pong arrives, so the messages are replayed."""
        await self.vanish()
        await self.close_books(Promise(again_s=1.5))

    async def test_the_ledger_sees_what_is_lost_where_the_kernels_word_is_taken(self):
        """Tests the check: without delivery pings, the same scenario loses messages."""
        await self.vanish(WEBSOCKET_DELIVERY_PING_MS=0)
        await self.load.stop()
        await self.settle()
        self.assertGreater(len(Ledger(Promise(), self.clients, self.load.sent).lost), 0)

    async def vanish(self, **settings):
        await self.start_all(**settings)
        draw = random.Random(4)
        for _ in range(4):
            gone = draw.sample(self.clients, 8)
            self.front.swallow({client.socket.near_port for client in gone if client.socket})
            await lasting(0.6)
            for client in gone:
                client.drop()
            await self.arriving()
