"""Whether the cost of a connection, an upgrade and a message is constant from 1,000 to 19,500 connections"""

import time

from ..meter import Meter
from ..service import Service

REPEATS = 1
COUNTS = [1000, 5000, 10_000, 19_500]


def one(results, count, seconds):
    with Service() as service:
        with service.flood(users=100, prefix="warm") as flood:
            flood.wait_open()
        _, before = service.meter.memory_kib()
        meter = Meter(service.meter.pid)
        with service.flood(users=count, rate=0, opening_max=64) as flood:
            flood.wait_open()
            service.wait_subscribed(count)
            upgrade_us = meter.cost().cpu_us / count
            time.sleep(1)
            _, after = service.meter.memory_kib()
            texts = 10_000 * seconds
            flood.reset()
            flood.expect(texts)
            meter.start()
            service.publish(users=count, count=texts, rate=10_000).wait()
            seen = flood.wait_expected(30)["seen"]
            text_us = meter.cost().cpu_us / texts
    results.add(f"scaling.upgrade_{count}", upgrade_us, "us", f"per upgrade, {count} connections")
    results.add(f"scaling.memory_{count}", (after - before) / count, "KiB", "per connection")
    results.add(f"scaling.text_{count}", text_us, "us", "per message, 10,000 per second")
    results.add(f"scaling.p99_{count}", seen["latency_ms"]["p99"], "ms", "PUBLISH to client")
    return upgrade_us, text_us


def run(results, in_full):
    costs = [one(results, count, 10 if in_full else 3) for count in COUNTS]
    for i, name in enumerate(("upgrade", "text")):
        results.add(f"scaling.{name}_growth", costs[-1][i] / costs[0][i], "x", "19,500 connections relative to 1,000")
