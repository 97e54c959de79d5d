"""3,000 users over three processes that are killed, frozen and restarted at random, on one Redis and on a Redis Cluster."""

import asyncio
import os
import time

import redis
from kit.fleet_stage import FleetStage
from kit.pace import lasting
from support.redis_cluster import RedisCluster

FROZEN_SECONDS = (12, 20)
BETWEEN_SECONDS = (1, 6)  # from the beginning of a fault to the next one


class Fleet(FleetStage):
    users_count = 3000
    actions_per_second = 60
    asked_count = 300
    rounds = 4
    round_seconds = 40

    async def test_faults_at_random(self):
        """After each round nothing changes any more, and the processes are compared with the clients at once."""
        print(f"  seed {os.environ['CHAOS_SEED']}", flush=True)
        begun = time.monotonic()
        await self.start_fleet()
        right = []
        for number in range(self.rounds):
            if number:
                self.crowd.start(self.actions_per_second)
            print(f"    round {number + 1} of {self.rounds}, after {time.monotonic() - begun:.0f} s", flush=True)
            await self.faults(self.round_seconds)
            await self.crowd.rest()
            self.crowd.returns = False
            await self.last_fault()
            right.append(f"{await self.check_at_rest():.1f} s")
            self.crowd.returns = True
            print(f"    leases right after {right[-1]}, breaches {len(self.breaches)}", flush=True)
        await self.close_fleet(leases_right_after=" and ".join(right))

    async def faults(self, seconds):
        """Up to two at a time, in different processes. One process is always healthy."""
        until = time.monotonic() + seconds
        going = {}  # task: process
        while going or time.monotonic() < until:
            free = [member for member in self.crowd.healthy() if member not in going.values()]
            if time.monotonic() < until and len(going) < 2 and len(free) > 1:
                fault, member = self.crowd.draw.choice((self.killed, self.frozen, self.restart)), self.crowd.draw.choice(free)
                going[asyncio.create_task(fault(member))] = member
            await lasting(self.crowd.draw.uniform(*BETWEEN_SECONDS))
            for task in [task for task in going if task.done()]:
                task.result()
                del going[task]

    async def killed(self, member):
        await self.kill(member)
        await lasting(self.crowd.draw.uniform(0, 4))
        await self.start_member()

    async def frozen(self, member):
        await self.freeze(member, self.crowd.draw.uniform(*FROZEN_SECONDS))

    async def last_fault(self):
        """No user returns, so that only the processes correct the leases."""
        member = self.crowd.draw.choice(self.members)
        fault = self.crowd.draw.choice((self.killed, self.frozen))
        print(f"    the last fault of the round: {fault.__name__}", flush=True)
        await fault(member)


class FleetOnCluster(Fleet):
    def start_redis(self):
        return RedisCluster(kept=True)

    def redis_clients(self):
        masters = self.redis.nodes[: self.redis.masters]  # their own clients do not parse the reply of SCAN
        return [redis.Redis(port=node.port, decode_responses=True) for node in masters]
