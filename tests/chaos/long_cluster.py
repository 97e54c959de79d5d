"""All faults of a Redis Cluster under more load: 600 users, 1,000 records a second."""

import signal
import time

from kit.cluster_stage import ClusterStage
from kit.group_stage import AGAIN_SECONDS
from kit.ledger import Promise
from kit.pace import lasting
from kit.stage import aside, when


class Loaded(ClusterStage):
    users_count = 600
    per_second = 1000
    visitors_count = 50


class Masters(Loaded):
    async def test_killed(self):
        await self.master_killed()

    async def test_frozen_and_thawed(self):
        await self.master_frozen(10)

    async def test_ten_planned_failovers(self):
        await self.failovers(10)

    async def lose_tail(self, **settings):
        """The replica misses the writes of half a second, then the master is killed."""
        await self.start_both(**settings)
        master = self.redis.nodes[0]
        users = await aside(self.users_of, master)
        replicas = await aside(self.redis.cut_replication, master)
        await lasting(0.5)
        await aside(master.kill)
        for replica in replicas:
            await aside(replica.thaw)
        await when(lambda: replicas[0].info("role") == "master", "the replica is promoted")
        await self.delivery_to(users)
        await aside(master.start)
        await aside(self.redis.wait_until_ok)
        await self.arriving()

    async def test_replication_cut_and_killed(self):
        """A publication counts when a replica has it, so nothing is lost, and connected clients see no repeat."""
        await self.lose_tail(REDIS_REPLICAS_MIN=1)
        await self.close_group()

    async def test_replication_cut_and_killed_without_waiting_for_replicas(self):
        """Permits the loss for users who were offline; clients that stay connected get every message once."""
        await self.lose_tail(REDIS_REPLICAS_MIN=0)
        visitors = {client.user for client in self.clients[: self.visitors_count]}
        permitted = sum(self.load.sent[user] for user in visitors)
        await self.close_group(Promise(lost=permitted, gaps=permitted, again_s=AGAIN_SECONDS))


class Replicas(Loaded):
    async def test_all_replicas_of_a_shard_down(self):
        """Publications wait until the cluster marks the replica as failed, and health names the shard."""
        await self.start_both()
        master, replica = self.redis.nodes[0], self.redis.nodes[self.redis.masters]
        users = await aside(self.users_of, master)
        await aside(replica.kill)
        await self.delivery_to(users, 12)
        await self.named(str(master.port), 7)
        await lasting(15)
        await aside(replica.start)
        await aside(self.redis.wait_until_ok)
        await self.close_group()

    async def test_a_replica_frozen(self):
        await self.start_both()
        begun = time.monotonic()
        users = await aside(self.users_of, self.redis.nodes[0])
        replica = self.redis.nodes[self.redis.masters]
        await aside(replica.freeze)
        await lasting(5)
        await aside(replica.thaw)
        await aside(self.redis.wait_until_ok)
        await self.arriving()
        self.assert_undisturbed(set(self.users) - users, begun)
        await self.close_group()


class Slots(Loaded):
    async def test_resharded_there_and_back(self):
        """2,000 slots move. Users of other slots do not wait, and no user waits for a second."""
        await self.start_both()
        source, target = self.redis.nodes[:2]
        begun = time.monotonic()
        await aside(self.redis.move_slots, source, target, 0, 1999)
        await self.arriving()
        await aside(self.redis.move_slots, target, source, 0, 1999)
        await self.arriving()
        others = await aside(self.users_of, self.redis.nodes[2])
        self.assert_undisturbed(others, begun)
        slowest = max(self.latencies(set(self.users), begun, time.monotonic() - 1))
        self.assertLess(slowest, 1, "the longest wait of a user")
        await self.close_group(slowest=f"{slowest:.2f} s")

    async def test_a_node_added_and_removed(self):
        await self.start_both()
        added = await aside(self.redis.add_master)
        await aside(self.redis.move_slots, self.redis.nodes[0], added, 0, 299)
        await self.arriving()
        await aside(self.redis.move_slots, added, self.redis.nodes[0], 0, 299)
        await aside(self.redis.remove, added)
        await self.close_group()

    async def test_left_open(self):
        await self.slot_left_open(10)


class LostData(Loaded):
    """Only the users of one shard lose their history: messages of clients that stay connected are delivered."""

    async def lose_data(self, lose):
        await self.start_both()
        begun = time.monotonic()
        master = self.redis.nodes[0]
        users = await aside(self.users_of, master)
        await aside(lose, master)
        await self.delivery_to(users)
        await aside(self.redis.wait_until_ok)
        await self.arriving()
        self.assert_undisturbed(set(self.users) - users, begun)
        permitted = sum(self.load.sent[user] for user in users)
        await self.close_group(Promise(lost=permitted, twice=20, gaps=permitted, again_s=AGAIN_SECONDS))

    async def test_a_shard_flushed(self):
        await self.lose_data(lambda master: master.cli("FLUSHALL"))

    async def test_a_shard_restarted_empty(self):
        def restart_empty(master):
            master.kill()
            master.start_empty()

        await self.lose_data(restart_empty)


class Processes(Loaded):
    async def test_a_process_frozen(self):
        """Its clients continue with the other process, and it takes part again later."""
        first, _ = await self.start_both()
        first.child.process.send_signal(signal.SIGSTOP)
        self.front.targets.remove(first.address.port)
        for client in self.clients:
            client.drop()
        begun = time.monotonic()
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        self.assertLess(time.monotonic() - begun, 3, "seconds until the users are at the other process")
        await lasting(20)
        first.child.process.send_signal(signal.SIGCONT)
        self.front.targets.append(first.address.port)
        await self.arriving()
        await self.close_group()

    async def test_a_process_killed(self):
        first, _ = await self.start_both()
        begun = time.monotonic()
        await self.kill_hermod(first)
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        self.assertLess(time.monotonic() - begun, 3, "seconds until the users are at the other process")
        await self.start_hermod()
        await self.arriving()
        await self.close_group()
