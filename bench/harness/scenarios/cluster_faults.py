"""Faults of a Redis Cluster: how long the users of a failed master and of the others wait, and how long a master hangs when a process with many users dies"""

import os
import threading
import time

from support.process import scratch
from support.redis_cluster import SLOTS, RedisCluster, slot_of
from support.waiting import until

from .. import say
from ..deployments import Deployment, cluster
from ..meter import Meter
from ..service import Service

REPEATS = 1  # run() repeats the measurements itself, because starting the servers takes longer
USERS = 600
RATE = 300  # Kafka keeps up with it on a busy machine too; otherwise its delay hides the effect of the fault
SECONDS = 10  # of load: one before the fault, and more than the failover takes
NODE_TIMEOUT_S = 2
MANY = 19_500  # a process may have 20,000 descriptors here


def users_file(name, users):
    path = os.path.join(scratch.name, name)
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"{user}\n" for user in users)
    return path


class Clients:
    """The clients of a part of the users."""

    def __init__(self, service, name, users):
        self.users = len(users)
        self.flood = service.flood(users_file=users_file(name, users))
        self.flood.wait_open()

    def begin(self, seconds):
        self.expected = self.users * (RATE * seconds // USERS)
        self.flood.reset()
        self.flood.expect(self.expected)

    def latency_ms(self):
        seen = self.flood.wait_expected(30)["seen"]
        if seen["in_order"] != self.expected:
            raise AssertionError(f"{seen['in_order']} of {self.expected} messages arrived in order: {seen}")
        return seen["latency_ms"]


def load(service, groups, seconds, fault=lambda: None):
    """Every user receives messages for so long, and the fault occurs after a second. Returns the latencies of the groups."""
    for clients in groups:
        clients.begin(seconds)
    running = service.produce(users=USERS, count=RATE * seconds, rate=RATE)
    time.sleep(1)
    fault()
    running.wait()
    return [clients.latency_ms() for clients in groups]


def kill_master(results, servers, service, groups):
    """The master of the first slots is killed. The first group are its users."""
    master = servers.master_of_slot(0)
    replica = servers.replicas_of(master)[0]

    def fault():
        began = time.monotonic()
        master.kill()
        until(lambda: replica.info("role") == "master", "the replica is promoted")
        results.add("cluster_faults.promoted", time.monotonic() - began, "s", f"until Redis promotes the replica, node timeout {NODE_TIMEOUT_S} s")

    _, before = load(service, groups, 4)
    affected, others = load(service, groups, SECONDS, fault)
    # The message that waited longest was sent just after the kill.
    results.add("cluster_faults.served", affected["max"] / 1000, "s")
    results.add("cluster_faults.others_p99_before", before["p99"], "ms", "latency of the users of the other masters, without a fault")
    results.add("cluster_faults.others_p99", others["p99"], "ms")
    results.add("cluster_faults.others_p50", others["p50"], "ms", "its median")
    master.start()
    servers.wait_until_ok()


def failovers(results, times):
    servers = RedisCluster(node_timeout_ms=1000 * NODE_TIMEOUT_S)
    users = [f"u{number}" for number in range(USERS)]
    first = [user for user in users if slot_of(f"{{{user}}}") < SLOTS // servers.masters]
    redis = Deployment(servers.nodes, servers.nodes[: servers.masters], servers.url())
    with Service(redis=redis) as service:
        groups = [Clients(service, "affected", first), Clients(service, "others", sorted(set(users) - set(first)))]
        service.wait_subscribed(USERS)
        service.produce(users=USERS, count=6000, linger_ms=5).wait()  # warms the broker up
        load(service, groups, 4)
        for number in range(times):
            say(f"failover {number + 1}")
            kill_master(results, servers, service, groups)
        for clients in groups:
            clients.flood.end()
    servers.kill()


class Pings(threading.Thread):
    """Measures the reply time of a server every 2 ms until stop()."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node, self.longest_s, self.stopped = node, 0.0, threading.Event()
        self.start()

    def run(self):
        while not self.stopped.wait(0.002):
            began = time.monotonic()
            self.node.cli("PING")
            self.longest_s = max(self.longest_s, time.monotonic() - began)

    def stop(self):
        self.stopped.set()
        self.join()
        return self.longest_s


def process_dies(results, masters):
    redis = cluster(masters)
    service = Service("redis", redis=redis)
    with service.flood(users=MANY, rate=0, opening_max=64) as flood:
        flood.wait_open()
        service.wait_subscribed(MANY)
        pings = [Pings(master) for master in redis.masters]
        time.sleep(1)
        before_s = max(one.stop() for one in pings)
        pings = [Pings(master) for master in redis.masters]
        meters = [Meter(master.child.process.pid) for master in redis.masters]
        service.hermod.child.kill()
        until(lambda: redis.channels() == 0, "Redis has removed the subscriptions")
        busiest_us = max(meter.cost().cpu_us for meter in meters)
        longest_s = max(one.stop() for one in pings)
    redis.kill()
    results.add(f"cluster_faults.death_stall_{masters}", 1000 * longest_s, "ms")
    results.add(f"cluster_faults.death_stall_{masters}_before", 1000 * before_s, "ms", "the longest PING in the second before")
    results.add(f"cluster_faults.death_cpu_{masters}", busiest_us / 1000, "ms", "CPU of the busiest master until the subscriptions are removed")


def run(results, in_full):
    failovers(results, 4 if in_full else 2)
    for _ in range(3 if in_full else 2):
        for masters in (1, 3):
            say(f"a process with {MANY} users on {masters} masters dies")
            process_dies(results, masters)
