"""Redis is killed, frozen, emptied or disconnected, or contains unexpected values."""

import time

from kit.ledger import Promise
from kit.pace import lasting
from kit.proxy import Proxy
from kit.stage import Stage, aside, when
from support.redis import Redis


class RedisFaults(Stage):
    async def outage(self, seconds, end, begin):
        """Makes Redis unavailable for `seconds` under load. Returns the time from its return to the next delivery."""
        await aside(end)
        await lasting(seconds)
        await aside(begin)
        return f"{await self.next_delivery_s():.2f} s"

    async def test_killed_and_back_with_its_data(self):
        await self.start_all()
        back = await self.outage(2.5, self.redis.kill, self.redis.start)
        await self.arriving()
        self.assertTrue(all(client.noticed("service_degraded") for client in self.clients))
        await self.close_books(Promise(), first_delivery_after=back)

    async def test_killed_and_back_empty(self):
        """Permits the loss of messages that were not yet at the subscriber, and duplicates of those without a reply."""
        await self.start_all()

        def restart_empty():
            self.redis.forget()
            self.redis.start()

        back = await self.outage(0.5, self.redis.kill, restart_empty)
        await self.arriving()
        await self.close_books(Promise(lost=20, twice=20), first_delivery_after=back)

    async def test_frozen_for_less_than_the_time_outs(self):
        await self.start_all()
        back = await self.outage(1, self.redis.freeze, self.redis.thaw)
        await self.arriving()
        self.assertFalse(any(client.noticed("service_degraded") for client in self.clients))
        await self.close_books(Promise(), first_delivery_after=back)

    async def test_frozen_for_longer_than_the_time_outs(self):
        await self.start_all()
        back = await self.outage(6, self.redis.freeze, self.redis.thaw)
        await self.arriving()
        await self.close_books(Promise(), first_delivery_after=back)


class OddValues(Stage):
    """Values in Redis that other programs or wrong clocks have written."""

    def cli(self, *command):
        return aside(self.redis.cli, *command)

    async def test_odd_values_under_one_user(self):
        """No user misses a notification, and Redis is never reported as unavailable."""
        hermod = await self.start_all()
        victim = self.users[3]
        theirs = '{"notification_type": "odd", "payload": {}}'
        future = f"{int(time.time() * 1000) + 3_600_000}-7"
        for value in ("99999999999999999999999-1", "18446744073709551615-5", future, "no stream id", ""):
            await self.cli("SET", f"hermod:{{{victim}}}:last", value)
            await self.cli("PUBLISH", f"hermod:{{{victim}}}:pos", value)
            await self.cli("XADD", f"hermod:{{{victim}}}:stream", "18446744073709551615-5", "text", theirs)
            await self.arriving(200)
            self.assertEqual((await aside(hermod.page, "/healthz/ready"))[0], 200)
        self.assertFalse(any(client.noticed("service_degraded") for client in self.clients))
        await self.close_books()

    async def test_emptied_while_the_command_link_alone_is_lost(self):
        """Messages that the subscription link has delivered are not delivered again."""
        hermod = await self.start_all()
        for _ in range(3):
            await self.cli("FLUSHALL")
            await lasting(0.3)
            await self.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            await self.arriving()
        await aside(hermod.wait_for_redis)
        await self.close_books()

    async def test_failover_to_a_copy_that_lacks_the_newest_and_whose_clock_is_behind(self):
        """Permits loss and duplicates of messages in flight at the failover; all later messages are delivered."""
        link = await Proxy(self.redis.port).start()
        self.addAsyncCleanup(link.stop)
        copy = await aside(Redis)
        self.addAsyncCleanup(aside, copy.child.kill)
        await aside(copy.cli, "REPLICAOF", "127.0.0.1", str(self.redis.port))
        await when(lambda: "master_link_status:up" in copy.cli("INFO", "replication"), "the replica is synchronized")
        await self.start_all(REDIS_URL=f"redis://127.0.0.1:{link.port}/0")
        await when(lambda: copy.cli("EXISTS", *(f"hermod:{{{user}}}:last" for user in self.users)) == "20", "the replica has the data")
        await aside(copy.cli, "REPLICAOF", "NO", "ONE")
        ahead = (
            "for _, key in ipairs(redis.call('KEYS', 'hermod:*:last')) do "
            "local count = string.match(redis.call('GET', key), '-(%d+)$') "
            "redis.call('SET', key, ARGV[1] .. '-' .. count, 'EX', 86400) end"
        )
        await self.cli("EVAL", ahead, "0", str(int(time.time() * 1000) + 40_000))
        await lasting(0.5)
        link.targets = [copy.port]
        await aside(self.redis.child.kill)
        await self.arriving(1000)
        await self.close_books(Promise(lost=40, twice=40, disorder=40, gaps=40))
