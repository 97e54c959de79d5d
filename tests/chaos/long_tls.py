"""A Redis Cluster over TLS whose certificates change under load."""

import signal

from kit.cluster_stage import ClusterStage
from kit.stage import aside
from support.certificates import Authority
from support.redis_cluster import RedisCluster
from support.redis_node import Access, Tls


class Certificates(ClusterStage):
    users_count = 600
    per_second = 1000
    visitors_count = 50

    def start_redis(self):
        self.authority = Authority()
        self.client = self.authority.issue("hermod")
        self.settings = self.settings | {
            "REDIS_TLS_CA_FILE": self.authority.file,
            "REDIS_TLS_CERT_FILE": self.client.file,
            "REDIS_TLS_KEY_FILE": self.client.key,
        }
        return RedisCluster(kept=True, access=Access("a-redis-secret", "hermod", Tls(self.authority, clients_need_one=True)))

    def connections(self):
        return [node.info("total_connections_received") for node in self.redis.nodes[: self.redis.masters]]

    async def test_changed_under_load(self):
        """Open connections stay; new ones use the new certificates."""
        await self.start_both()
        before = await aside(self.connections)
        await aside(self.authority.issue, "redis")
        await aside(self.authority.issue, "hermod")
        for node in self.redis.nodes:
            await aside(node.reload_certificate)
        for hermod in self.hermods:
            hermod.child.process.send_signal(signal.SIGHUP)
        await self.arriving(3000)
        self.assertEqual(await aside(self.connections), before, "hermod connected again")
        for node in self.redis.nodes[: self.redis.masters]:
            await aside(node.cli, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await self.arriving()
        await self.close_group()

    async def test_a_master_killed(self):
        await self.master_killed()
