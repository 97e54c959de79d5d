"""The measures that the scenarios report, and their goals."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Goal:
    limit: float
    text: str  # what the measure is
    at_least: bool = False  # the limit is the least value; otherwise the greatest one

    def met(self, value):
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass
class Measure:
    name: str
    unit: str
    values: list = field(default_factory=list)
    note: str = ""

    @property
    def value(self):
        return median(self.values)

    @property
    def spread(self):
        """Half of the distance between the extremes, as a share of the median."""
        if len(self.values) < 2 or self.value == 0:
            return 0.0
        return (max(self.values) - min(self.values)) / 2 / abs(self.value)


class Results:
    """The measures by name, in the order in which they were first added."""

    def __init__(self):
        self.measures = {}

    def add(self, name, value, unit, note=""):
        measure = self.measures.setdefault(name, Measure(name, unit))
        measure.values.append(value)
        measure.note = note or measure.note


# hermod's goals. CPU is the user and system time of the server process, on two cores, over loopback.
GOALS = {
    "idle.memory_10000": Goal(2.0, "user memory per idle connection, subscribed in Redis, at 10,000"),
    "idle.memory_19500": Goal(2.0, "the same at 19,500"),
    "idle.cpu": Goal(0.5, "CPU per idle connection, 25 s heartbeat"),
    "idle.wakeups_embedded": Goal(0, "wake-ups of the loop without connections, embedded"),
    "idle.wakeups_brokers": Goal(3, "the same with brokers"),
    "deliver.single_to_floor": Goal(1.3, "a single delivery of 300 B, relative to the reference server"),
    "deliver.burst_to_floor": Goal(1.5, "deliveries in bursts of 50, relative to the reference server"),
    "pipeline.cpu": Goal(5, "Kafka to Redis to socket, with a backlog, all threads"),
    "latency.cpu": Goal(110, "the same at 1,000 per second"),
    "latency.p50": Goal(0.7, "its median latency from append to client"),
    "latency.p99": Goal(5, "its 99th percentile"),
    "latency.batched_cpu": Goal(45, "the same with batched fetches"),
    "latency.batched_p50": Goal(4, "its median"),
    "deployments.tls_cpu_more": Goal(1.5, "hermod with TLS to Redis, more than without"),
    "deployments.replica_awaited_cpu_more": Goal(1, "hermod with REDIS_REPLICAS_MIN=1, more than with 0"),
    "deployments.cluster_3_cpu_ratio": Goal(1.15, "hermod with three masters, relative to one Redis"),
    "deployments.cluster_3_replicas_redis_ratio": Goal(1.5, "all six servers of a cluster, relative to one Redis"),
    "deployments.masters_3_capacity": Goal(0.85 * 3, "messages per second with three masters, relative to one", True),
    "deployments.masters_6_capacity": Goal(0.85 * 6, "messages per second with six masters, relative to one", True),
    "deployments.replica_awaited_answer_more": Goal(2, "mean time to the reply of the bus with REDIS_REPLICAS_MIN=1, more than with 0"),
    "deployments.replica_awaited_p50_more": Goal(2, "median latency of the clients, more than with REDIS_REPLICAS_MIN=0"),
    "deployments.replica_awaited_p99_more": Goal(10, "99th percentile, more than with REDIS_REPLICAS_MIN=0"),
    "cluster_faults.served": Goal(2 + 3, "the longest wait of a user of the failed master: node timeout and 3 s"),
    "cluster_faults.others_p99": Goal(50, "latency of the users of the other masters meanwhile"),
    "cluster_faults.death_stall_1": Goal(200, "the longest PING when a process with 19,500 users on one master dies"),
    "cluster_faults.death_stall_3": Goal(100, "the same with three masters"),
    "fanout.flat_out_cpu": Goal(2, "Redis PUBLISH to 1,000 users, at full speed"),
    "fanout.paced_cpu": Goal(8, "the same, paced at 20,000 per second"),
    "fanout.lost": Goal(0, "messages lost in both"),
    "connect.cpu": Goal(40, "upgrade with HS256"),
    "connect.subscribed_cpu": Goal(50, "the same with the Redis subscription of a new user"),
    "leases.join": Goal(8, "CPU of Redis for the lease of a user's first connection"),
    "leases.join_other": Goal(8, "the same if the user is connected to another process"),
    "leases.leave": Goal(6, "CPU of Redis for the end of a user's last connection"),
    "leases.leave_other": Goal(6, "the same if the user is still connected to another process"),
    "leases.memory": Goal(300, "memory of Redis for the leases of a user"),
    "leases.idle_commands": Goal(1, "commands per second that idle connections add to Redis"),
    "start.embedded": Goal(25, "exec to the first health check with status 200, embedded"),
    "start.brokers": Goal(25, "the same with brokers"),
    "start.first_record": Goal(50, "embedded: start to the first record routed"),
    "start.memory": Goal(12, "resident memory without connections, with brokers"),
    "start.memory_1000": Goal(16, "the same with 1,000 connections"),
    "start.binary": Goal(3, "the stripped binary"),
    "delivery.return_first": Goal(1, "from Redis' restart after an outage to the first delivery"),
    "delivery.replay": Goal(2, "10,000 users subscribed again and all their streams read"),
    "crowd.degraded": Goal(10, "the longest loop iteration at 19,500 connections: service_degraded to all"),
    "crowd.restored": Goal(10, "the same: service_restored to all"),
    "crowd.resubscribed": Goal(10, "the same: all subscribed again and their streams read"),
    "crowd.emptied": Goal(10, "the same, after Redis lost its data"),
    "crowd.reloaded": Goal(10, "the same: SIGHUP"),
    "crowd.sent_away": Goal(10, "the same: SIGTERM with DRAIN_SECONDS=0"),
    "storm.back": Goal(3, "10,000 clients reconnect at once, until all are verified and subscribed"),
}
