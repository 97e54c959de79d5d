"""Scenarios on a Redis Cluster of three masters with a replica each."""

import time

from support.redis_cluster import RedisCluster, slot_of

from .group_stage import GroupStage, p99
from .pace import lasting
from .stage import aside, when


class ClusterStage(GroupStage):
    def start_redis(self):
        return RedisCluster(kept=True)

    async def lose_master(self, end):
        """`end` makes the first master unavailable. Waits until its replica serves. Returns (replica, users, others)."""
        master = self.redis.nodes[0]
        replica = self.redis.nodes[self.redis.masters]
        users = await aside(self.users_of, master)
        await aside(end, master)
        await when(lambda: replica.info("role") == "master", "the replica is promoted")
        return replica, users, set(self.users) - users

    async def master_killed(self):
        await self.start_both()
        begun = time.monotonic()
        _, users, others = await self.lose_master(lambda master: master.kill())
        back = await self.delivery_to(users)
        self.assertLess(back, 1, "seconds until the shard delivers again")
        await aside(self.redis.nodes[0].start)
        await aside(self.redis.wait_until_ok)
        await self.arriving()
        self.assert_undisturbed(others, begun)
        await self.close_group(first_delivery_after=f"{back:.2f} s")

    async def master_frozen(self, seconds):
        """The thawed master executes old commands, but its replies change nothing."""
        await self.start_both()
        old = self.redis.nodes[0]
        _, users, others = await self.lose_master(lambda master: master.freeze())
        begun = time.monotonic()
        await self.delivery_to(users)
        await lasting(seconds)
        await aside(old.thaw)
        await aside(self.redis.wait_until_ok)
        await self.arriving()
        self.assert_undisturbed(others, begun)
        await self.close_group()

    async def failovers(self, times):
        """Planned failovers: no client reconnects because of them."""
        await self.start_both()
        begun = time.monotonic()
        before = sum(len(client.connections) for client in self.clients[self.visitors_count :])
        for turn in range(times):
            shard = turn % self.redis.masters
            pair = [self.redis.nodes[shard], self.redis.nodes[self.redis.masters + shard]]
            replica = next(node for node in pair if node.info("role") == "slave")
            await aside(self.redis.failover, replica)
            await lasting(2)
        await aside(self.redis.wait_until_ok)
        await self.arriving()
        slow = p99(self.latencies(set(self.users), begun, time.monotonic() - 1))
        self.assertLess(slow, self.failover_p99_s, "p99 of all users")
        after = sum(len(client.connections) for client in self.clients[self.visitors_count :])
        self.assertEqual(after, before, "clients reconnected")
        await self.close_group(p99=f"{slow * 1000:.0f} ms")

    async def slot_left_open(self, seconds):
        """Only the users of the slot wait, and health names the slot."""
        await self.start_both()
        slot = slot_of(f"{{{self.users[-1]}}}:stream")
        source = await aside(self.redis.master_of_slot, slot)
        target = next(node for node in self.redis.nodes[: self.redis.masters] if node is not source)
        waiting = {user for user in self.users if slot_of(f"{{{user}}}:stream") == slot}
        begun = time.monotonic()
        await aside(self.redis.open_slot, slot, source, target)
        await self.named(str(slot), 7)
        await lasting(max(0, begun + seconds - time.monotonic()))
        self.assert_undisturbed(set(self.users) - waiting, begun)
        await aside(self.redis.close_slot, slot, source, target)
        await self.delivery_to(waiting)
        await self.close_group()
