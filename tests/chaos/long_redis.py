"""Redis is full or refuses commands, or the network to it fails."""

from kit.ledger import Promise
from kit.pace import lasting
from kit.proxy import Proxy
from kit.stage import Stage, aside, when
from support.hermod_test_case import kafka


class RefusingRedis(Stage):
    def cli(self, *command):
        return aside(self.redis.cli, *command)

    async def test_full_and_released(self):
        hermod = await self.start_all()
        await self.cli("CONFIG", "SET", "maxmemory", "1")
        await lasting(3)
        self.assertEqual((await aside(hermod.page, "/healthz/ready"))[0], 503)
        self.assertIn("OOM", (await aside(hermod.page, "/healthz/ready"))[1]["reasons"][0])
        await self.cli("CONFIG", "SET", "maxmemory", "0")
        back = f"{await self.next_delivery_s():.2f} s"
        await self.arriving()
        await self.close_books(first_delivery_after=back)

    async def test_a_key_of_the_wrong_type_under_one_user(self):
        """The records of that user become dead letters; the other users are not affected."""
        await self.start_all()
        victim = self.users[3]
        keys = (await self.cli("KEYS", f"hermod:{{{victim}}}:stream")).split()
        self.assertEqual(len(keys), 1)
        await self.cli("EVAL", "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], 'x')", "1", keys[0])
        await self.arriving(600)
        await self.load.stop()
        await when(self.others_complete(victim), "the other users have received all messages")
        sent = self.load.sent[victim]
        got = len(next(client for client in self.clients if client.user == victim).numbers)
        letters = await aside(self.dead_letters)
        self.clients = [client for client in self.clients if client.user != victim]
        await self.close_books(dead_letters=len(letters), victim_got=got)
        self.assertEqual(got + len(letters), sent)

    def others_complete(self, victim):
        return lambda: all(
            len(client.numbers) >= self.load.sent[client.user] for client in self.clients if client.user != victim
        )

    def dead_letters(self):
        return [key for key, _, headers in kafka().records(self.dead_letter_topic) if "refused_by_bus" in headers]

    async def test_publish_forbidden_by_an_acl(self):
        """Messages are kept but not published: /healthz/ready has the reason. They arrive when the right is restored."""
        hermod = await self.start_all()
        await self.cli("ACL", "SETUSER", "default", "-publish")
        await lasting(2)
        status, page = await aside(hermod.page, "/healthz/ready")
        self.assertEqual(status, 503, page)
        await self.cli("ACL", "SETUSER", "default", "+publish")
        await self.arriving()
        await self.close_books()

    async def test_publish_forbidden_and_silence_then(self):
        """No later message reveals the gap, but all messages arrive when the right is restored."""
        await self.start_all()
        await self.cli("ACL", "SETUSER", "default", "-publish")
        await lasting(1)
        await self.load.stop()
        await lasting(2)
        await self.cli("ACL", "SETUSER", "default", "+publish")
        await self.close_books()

    async def test_append_forbidden_by_an_acl(self):
        """The script changes nothing, so no event counts as seen, and all messages arrive later."""
        await self.start_all()
        await self.cli("ACL", "SETUSER", "default", "-xadd")
        await lasting(2)
        await self.cli("ACL", "SETUSER", "default", "+xadd")
        back = f"{await self.next_delivery_s():.2f} s"
        await self.arriving()
        await self.close_books(first_delivery_after=back)

    async def test_scripts_flushed(self):
        await self.start_all()
        for _ in range(5):
            await self.cli("SCRIPT", "FLUSH")
            await self.arriving(100)
        await self.close_books()

    async def test_a_large_backlog_for_connected_users(self):
        """More messages than the stream keeps are routed at once after an outage: connected users miss none."""
        await self.start_all()
        await aside(self.redis.kill)
        self.load.write(700, self.users[0])
        self.load.write(3000)
        await lasting(1)
        await aside(self.redis.start)
        await self.arriving()
        await self.close_books()


class BadLink(Stage):
    """Redis is connected through a proxy."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.link = await Proxy(self.redis.port).start()
        self.addAsyncCleanup(self.link.stop)
        self.settings = self.settings | {"REDIS_URL": f"redis://127.0.0.1:{self.link.port}/0"}

    async def through(self, fault, repair=lambda: None, seconds=0.5, times=3):
        await self.start_all()
        slowest = 0
        for _ in range(times):
            fault()
            await lasting(seconds)
            repair()
            slowest = max(slowest, await self.next_delivery_s())
            await self.arriving()
        await self.close_books(slowest_first_delivery=f"{slowest:.2f} s")

    async def test_reset(self):
        await self.through(self.link.reset)

    async def test_half_closed(self):
        await self.through(self.link.half_close)

    async def test_held_up_and_released(self):
        await self.through(self.link.hold, self.link.release, seconds=1.5)

    async def test_swallowed_for_ever(self):
        """The link is connected, but no data arrives: hermod reconnects after REDIS_SOCKET_TIMEOUT."""
        await self.through(self.link.swallow, seconds=0.1, times=2)

    async def test_one_link_alone_is_cut(self):
        """Alternates between the command link and the subscription link."""

        def cut_one():
            for link in sorted(self.link.links, key=lambda one: one.near_port)[self.turn % 2 :][:1]:
                link.reset()
            self.turn += 1

        self.turn = 0
        await self.through(cut_one, seconds=0.2, times=6)

    async def test_one_link_alone_is_swallowed(self):
        def swallow_one():
            self.link.swallow({sorted(link.near_port for link in self.link.links)[self.turn % 2]})
            self.turn += 1

        self.turn = 0
        await self.through(swallow_one, seconds=0.1, times=2)

    async def test_slow(self):
        def slow():
            self.link.delay_s = 0.05

        def quick():
            self.link.delay_s = 0

        await self.through(slow, quick, seconds=2, times=1)


class CutOffListener(Stage):
    """All clients are connected to a process that loses Redis, while another process routes."""

    async def test_cut_off_while_another_routes_and_silence_then(self):
        """No later message reveals the gap: sessions replay when the subscription is confirmed again."""
        link = await Proxy(self.redis.port).start()
        self.addAsyncCleanup(link.stop)
        await self.start_all(REDIS_URL=f"redis://127.0.0.1:{link.port}/0")
        other = await self.start_hermod()
        self.front.targets.remove(other.address.port)
        await aside(other.wait_for_kafka)
        await self.arriving(600)
        link.targets, there = [], link.targets
        link.reset()
        await lasting(1)
        await self.load.stop()
        await lasting(1)
        link.targets = there
        await self.close_books()
