"""All faults of a Redis with Sentinel under more load: 600 users, 1,000 records a second."""

from kit.sentinel_stage import SentinelStage
from kit.stage import aside
from support.redis_node import Access
from support.redis_sentinels import RedisSentinels


class Loaded(SentinelStage):
    users_count = 600
    per_second = 1000
    visitors_count = 50


class Sentinels(Loaded):
    async def test_the_master_killed(self):
        await self.master_killed()

    async def test_the_master_frozen_and_thawed(self):
        await self.master_frozen(8)

    async def test_a_sentinel_killed(self):
        """Also the one to which hermod is connected: another one takes its place."""
        await self.start_both()
        for sentinel in self.redis.sentinels:
            await aside(sentinel.kill)
            await self.arriving()
            await aside(sentinel.start)
        await aside(self.redis.wait_until_agreed)
        await aside(self.redis.master.kill)
        _, back = await self.follow()
        await self.close_group(first_delivery_after=back)

    async def test_the_announcement_lost(self):
        """The sentinels end all subscriptions just before they announce the new master."""
        await self.start_both()
        await aside(self.redis.master.freeze)
        for _ in range(20):
            for sentinel in self.redis.sentinels:
                await aside(sentinel.cli, "CLIENT", "KILL", "TYPE", "pubsub")
        _, back = await self.follow()
        await aside(self.redis.nodes[0].thaw)
        await self.close_group(first_delivery_after=back)


class Guarded(Loaded):
    """Redis and the sentinels have passwords of their own."""

    settings = {"REDIS_SENTINEL_PASSWORD": "a-sentinel-secret"}

    def start_redis(self):
        return RedisSentinels(kept=True, access=Access("a-redis-secret"), sentinel_access=Access("a-sentinel-secret"))

    async def test_the_master_killed(self):
        await self.master_killed()
