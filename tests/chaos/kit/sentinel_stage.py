"""Scenarios on a Redis with one replica and three sentinels."""

from support.redis_sentinels import RedisSentinels

from .group_stage import GroupStage
from .pace import lasting
from .stage import aside

NEW_MASTER_SECONDS = 1  # until the new master is in use, after the sentinels name it


class SentinelStage(GroupStage):
    def start_redis(self):
        return RedisSentinels(kept=True, down_after_ms=1000)

    async def follow(self):
        """Waits for the new master, and until hermod delivers through it."""
        master = await aside(self.redis.wait_for_new_master)
        back = await self.delivery_to(set(self.users))
        self.assertLess(back, NEW_MASTER_SECONDS, "seconds until the new master is in use")
        return master, f"{back:.2f} s"

    async def master_killed(self, **settings):
        await self.start_both(**settings)
        old = self.redis.master
        await aside(old.kill)
        _, back = await self.follow()
        await aside(old.start)
        await self.close_group(first_delivery_after=back)

    async def master_frozen(self, seconds):
        """The thawed master accepts writes until a sentinel demotes it, but hermod sends it none."""
        await self.start_both()
        old = self.redis.master
        await aside(old.freeze)
        _, back = await self.follow()
        await lasting(seconds)
        await aside(old.thaw)
        await lasting(0.5)  # the old master executes the commands that waited in its sockets
        calls = await aside(self.calls, old)
        await self.arriving()
        if await aside(old.info, "role") == "master":
            self.assertEqual(await aside(self.calls, old), calls, "scripts at the stale master")
        await self.close_group(first_delivery_after=back)

    def calls(self, node):
        """The scripts that the server has executed."""
        lines = node.cli("INFO", "commandstats").splitlines()
        return [line.partition(",")[0] for line in lines if line.startswith("cmdstat_evalsha:")]
