"""The most frequent faults of a Redis with Sentinel; long_sentinel.py has the others, with more load."""

from kit.sentinel_stage import SentinelStage


class SentinelFaults(SentinelStage):
    async def test_the_master_killed(self):
        await self.master_killed()

    async def test_the_master_frozen_and_thawed(self):
        await self.master_frozen(2)
