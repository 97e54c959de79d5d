"""Kafka to client at 1,000 per second: CPU per record, median and 99th percentile, by default and with batched fetches"""

from ..meter import Meter
from ..service import Service

REPEATS = 2
USERS = 1000
RATE = 1000
# The documented setting for operators who prefer less CPU to lower latency.
BATCHED = "fetch.min.bytes=100000,fetch.wait.max.ms=5"


def figures(seconds, **settings):
    """Returns (Cost, the flood's counters) at RATE notifications per second, after a warm-up."""
    with Service(**settings) as service, service.flood(users=USERS) as flood:
        flood.wait_open()
        service.wait_subscribed(USERS)
        service.produce(users=USERS, count=2 * RATE, rate=RATE).wait()
        flood.expect(2 * RATE)
        flood.wait_expected(30)
        flood.reset()
        flood.expect(seconds * RATE)
        meter = Meter(service.meter.pid)
        service.produce(users=USERS, count=seconds * RATE, rate=RATE).wait()
        seen = flood.wait_expected(30)["seen"]
        return meter.cost(), seen


def measure(results, prefix, seconds, **settings):
    cost, seen = figures(seconds, **settings)
    count, times = seconds * RATE, seen["latency_ms"]
    results.add(f"latency.{prefix}cpu", cost.cpu_us / count, "us")
    results.add(f"latency.{prefix}loop_cpu", cost.loop_us / count, "us", "the loop's thread only")
    results.add(f"latency.{prefix}p50", times["p50"], "ms")
    results.add(f"latency.{prefix}p99", times["p99"], "ms", "its 99th percentile" if prefix else "")
    results.add(f"latency.{prefix}lost", count - seen["texts"] + seen["repeats"], "messages", "lost messages")


def run(results, in_full):
    seconds = 30 if in_full else 10
    measure(results, "", seconds)
    measure(results, "batched_", seconds, KAFKA_CONFIG=BATCHED)
