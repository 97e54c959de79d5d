"""10,000 clients lose their connections and reconnect at once"""

import time

from ..meter import Meter
from ..service import Service

REPEATS = 2
USERS = 10_000


def run(results, in_full):
    with Service() as service, service.flood(users=USERS, retry_ms=200) as flood:
        flood.wait_open()
        service.wait_subscribed(USERS)
        meter = Meter(service.meter.pid)
        began = time.monotonic()
        said = flood.storm()
        service.wait_subscribed(USERS)
        took = time.monotonic() - began
        cost = meter.cost()
        _, memory = service.meter.memory_kib()
    results.add("storm.back", took, "s")
    results.add("storm.upgraded", said["storm_ms"] / 1000, "s", "until all connections were upgraded")
    results.add("storm.cpu", cost.cpu_us / USERS, "us", "CPU per client that closes and reconnects")
    results.add("storm.refused", sum(said["seen"]["refused"].values()), "responses", "refused attempts, which are retried")
    results.add("storm.memory", memory / 1024, "MiB", "proportional memory afterwards")
