"""The most frequent faults of a Redis Cluster; long_cluster.py has the others, with more load."""

from kit.cluster_stage import ClusterStage


class ClusterFaults(ClusterStage):
    # CI shares its cores with sanitizers and other suites; long_cluster.py measures the delays.
    others_p99_s = failover_p99_s = 1

    async def test_a_master_killed(self):
        await self.master_killed()

    async def test_a_master_frozen_and_thawed(self):
        await self.master_frozen(3)

    async def test_planned_failovers(self):
        await self.failovers(3)

    async def test_a_slot_left_open(self):
        await self.slot_left_open(7)
