"""Redis over TLS, with a replica, with Sentinel and as a cluster, relative to one Redis: CPU per message with a backlog, and the time to Redis' reply"""

import signal
import time

from support.waiting import until

from .. import deployments, say
from ..meter import Meter
from ..service import Service

REPEATS = 1  # run() repeats the measurements itself, because starting the servers takes longer
USERS = 1000
RATE = 300  # Kafka keeps up with it on a busy machine too; otherwise its delay hides the difference
# Redis disconnects a subscriber with 32 MB of unsent output; 50,000 messages stay below that.
COUNT = 50_000
SHARE = 0.05  # of a core, for each server whose throughput is measured
LIMIT_S = 200  # begins no further turn after this time

START = {
    "plain": deployments.plain,
    "tls": deployments.tls,
    "replica": lambda: deployments.replicated(0),
    "replica_awaited": lambda: deployments.replicated(1),
    "sentinel": deployments.sentinel,
    "cluster_1": lambda: deployments.cluster(1),
    "cluster_3": lambda: deployments.cluster(3),
    "cluster_3_replicas": lambda: deployments.cluster(3, replicas=1),
}
# (a deployment, the one that is measured in turn with it)
COSTS = [
    ("tls", "plain"),
    ("replica_awaited", "replica"),
    ("sentinel", "plain"),
    ("cluster_1", "plain"),
    ("cluster_3", "plain"),
    ("cluster_3_replicas", "plain"),
]
MASTERS = [1, 3, 6]
TIMES = [("replica_awaited", "replica")]


class Stage:
    """A deployment with a hermod and its clients, ready for measurements."""

    def __init__(self, start):
        self.redis = start()
        self.service = Service(redis=self.redis)
        self.flood = self.service.flood(users=USERS)
        self.flood.wait_open()
        self.service.wait_subscribed(USERS)
        self.receive(5000, linger_ms=5)

    def receive(self, count, **options):
        """Produces records and returns the counters of the clients when all have arrived."""
        self.flood.reset()
        self.flood.expect(count)
        self.service.produce(users=USERS, count=count, **options).wait()
        return self._received(count)

    def backlog(self):
        """hermod is stopped while records are produced. Returns the CPU per message of hermod and of each server, in us."""
        hermod = self.service.hermod
        self.flood.reset()
        hermod.child.process.send_signal(signal.SIGSTOP)
        self.service.produce(users=USERS, count=COUNT, linger_ms=20).wait()
        meter, servers = Meter(self.service.meter.pid), self.redis.meters()
        self.flood.expect(COUNT)
        hermod.child.process.send_signal(signal.SIGCONT)
        self._received(COUNT)
        until(lambda: hermod.metric("hermod_records_in_flight") == 0, "Redis has answered all records")
        return meter.cost().cpu_us / COUNT, [server.cost().cpu_us / COUNT for server in servers]

    def rate(self, count):
        """Messages per second with a backlog."""
        self.receive(count, linger_ms=20)
        hermod = self.service.hermod
        self.flood.reset()
        hermod.child.process.send_signal(signal.SIGSTOP)
        self.service.produce(users=USERS, count=count, linger_ms=20).wait()
        self.flood.expect(count)
        began = time.monotonic()
        hermod.child.process.send_signal(signal.SIGCONT)
        self._received(count)
        return count / (time.monotonic() - began)

    def _received(self, count):
        seen = self.flood.wait_expected(60)["seen"]
        if seen["in_order"] != count:
            raise AssertionError(f"{seen['in_order']} of {count} messages arrived in order: {seen}")
        return seen

    def answers(self):
        """The sum of the times from the receipt of a record to the reply of the bus, in seconds, and their number."""
        return [self.service.hermod.metric(f"hermod_route_seconds_{name}") for name in ("sum", "count")]

    def close(self):
        self.flood.end()
        self.service.__exit__(None)
        self.redis.kill()


def in_turn(turn, measure, stages, pair):
    """Measures both deployments; which one is first changes from turn to turn."""
    order = pair if turn % 2 == 0 else pair[::-1]
    measured = {name: measure(stages[name]) for name in order}
    return [measured[name] for name in pair]


def costs(results, turn, stages, pair):
    name, other = pair
    (cpu, servers), (other_cpu, other_servers) = in_turn(turn, Stage.backlog, stages, pair)
    for one, hermod_us, redis_us in ((other, other_cpu, other_servers), (name, cpu, servers)):
        results.add(f"deployments.{one}_cpu", hermod_us, "us", f"hermod, {one}")
        results.add(f"deployments.{one}_redis_cpu", sum(redis_us), "us", "all its servers")
    results.add(f"deployments.{name}_cpu_more", cpu - other_cpu, "us", f"hermod, more than with {other}")
    results.add(f"deployments.{name}_cpu_ratio", cpu / other_cpu, "x", f"hermod, relative to {other}")
    results.add(f"deployments.{name}_redis_ratio", sum(servers) / sum(other_servers), "x", f"its servers, relative to {other}")


def capacities(results):
    """The throughput of n masters that are held to a share of a core, so that they are busy and hermod is not."""
    alone = None
    for masters in MASTERS:
        stage = Stage(lambda masters=masters: deployments.cluster(masters))
        try:
            stage.redis.limit(SHARE)
        except OSError as error:
            say(f"the throughput of several masters is not measured: {error}")
            return stage.close()
        rate = stage.rate(6000 * masters)
        stage.close()
        alone = alone or rate
        results.add(f"deployments.masters_{masters}_rate", rate, "1/s", f"messages per second, each master held to {SHARE:.0%} of a core")
        results.add(f"deployments.masters_{masters}_capacity", rate / alone, "x", "relative to one master")


def times(results, turn, stages, pair, seconds):
    """At RATE: the latency of the clients, and the time to the reply of the bus, which includes the wait for replicas."""

    def measure(stage):
        begin = stage.answers()
        latency = stage.receive(seconds * RATE, rate=RATE)["latency_ms"]
        total, count = (after - before for after, before in zip(stage.answers(), begin))
        return latency | {"answer": 1000 * total / count}

    figures = in_turn(turn, measure, stages, pair)
    for what in ("answer", "p50", "p99"):
        for name, one in zip(pair, figures):
            results.add(f"deployments.{name}_{what}", one[what], "ms", f"{what} at {RATE} per second, {name}")
        results.add(f"deployments.{pair[0]}_{what}_more", figures[0][what] - figures[1][what], "ms", f"more than with {pair[1]}")


def chosen(pairs):
    return [pair for pair in pairs if deployments.SELECTED in (None, pair[0])]


def run(results, in_full):
    began = time.monotonic()
    if deployments.SELECTED in (None, "masters"):
        capacities(results)
    names = {name for pair in chosen(COSTS) for name in pair}
    stages = {name: Stage(start) for name, start in START.items() if name in names}
    for turn in range(5 if in_full else 3) if stages else ():
        passed_s = time.monotonic() - began
        if turn > 0 and passed_s > LIMIT_S:
            break
        say(f"turn {turn + 1} with {', '.join(stages)}, after {passed_s:.0f} s")
        for pair in chosen(COSTS):
            costs(results, turn, stages, pair)
        for pair in chosen(TIMES):
            times(results, turn, stages, pair, 10 if in_full else 5)
    for stage in stages.values():
        stage.close()
