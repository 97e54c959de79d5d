"""The deployments of Redis that scenarios compare: running servers, and hermod's settings for them."""

from support.certificates import Authority
from support.redis_cluster import RedisCluster
from support.redis_node import Access, RedisNode, Tls
from support.redis_sentinels import RedisSentinels
from support.waiting import until

from .cpu_limit import CpuLimit
from .meter import Meter

SELECTED = None  # the only deployment to measure; set by run.py


class Deployment:
    def __init__(self, nodes, masters, url, **settings):
        """`nodes` are all servers, `masters` those that have channels."""
        self.nodes, self.masters = nodes, masters
        self.settings = {"REDIS_URL": url} | settings
        self._limits = []

    def clear(self):
        for master in self.masters:
            master.cli("FLUSHALL")

    def channels(self):
        """Classic and sharded ones, on all masters."""
        names = ("pubsub_channels", "pubsubshard_channels")
        return sum(int(master.info(name) or 0) for master in self.masters for name in names)

    def meters(self):
        return [Meter(node.child.process.pid) for node in self.nodes]

    def limit(self, share):
        """Holds each server to this share of a core. Raises OSError if it is not permitted."""
        for node in self.nodes:
            self._limits.append(CpuLimit(node.child.process.pid, share))

    def kill(self):
        for node in self.nodes:
            node.kill()
        for limit in self._limits:
            limit.remove()


def plain():
    node = RedisNode()
    return Deployment([node], [node], node.url())


def tls():
    authority = Authority()
    node = RedisNode(access=Access(tls=Tls(authority)))
    return Deployment([node], [node], node.url(), REDIS_TLS_CA_FILE=authority.file)


def replicated(replicas_min):
    master = RedisNode()
    replica = RedisNode(f"replicaof 127.0.0.1 {master.port}")
    until(lambda: replica.info("master_link_status") == "up", "the replica is synchronized")
    return Deployment([master, replica], [master], master.url(), REDIS_REPLICAS_MIN=replicas_min)


def sentinel():
    servers = RedisSentinels()
    return Deployment([*servers.nodes, *servers.sentinels], [servers.master], servers.url())


def cluster(masters, replicas=0):
    """Without replicas, hermod does not wait for them."""
    servers = RedisCluster(masters=masters, replicas=replicas)
    return Deployment(servers.nodes, servers.nodes[:masters], servers.url(), REDIS_REPLICAS_MIN=replicas)
