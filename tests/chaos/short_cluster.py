"""The most frequent faults of a Redis Cluster; long_cluster.py has the others, with more load."""

from kit.cluster_stage import ClusterStage


class ClusterFaults(ClusterStage):
    async def test_a_master_killed(self):
        await self.master_killed()

    async def test_a_master_frozen_and_thawed(self):
        await self.master_frozen(3)

    async def test_planned_failovers(self):
        await self.failovers(3)

    async def test_a_slot_left_open(self):
        await self.slot_left_open(7)
