"""Redis PUBLISH directly to users' channels: at full speed, paced, in bursts, and to users with five connections"""

from ..meter import Meter
from ..service import Service

REPEATS = 2
USERS = 1000


def publish(service, flood, count, per_user=1, **options):
    """Returns (CPU in us per delivered message, the flood's counters)."""
    flood.reset()
    flood.expect(count * per_user)
    meter = Meter(service.meter.pid)
    service.publish(users=USERS, count=count, **options).wait()
    said = flood.wait_expected(30)
    return meter.cost().cpu_us / (count * per_user), said["seen"] | {"missing": said["missing"]}


def lost(seen, expected):
    return expected - seen["texts"] + seen["repeats"]


def run(results, in_full):
    flat, paced = 100_000, 100_000 if in_full else 60_000
    with Service() as service:
        with service.flood(users=USERS) as flood:
            flood.wait_open()
            service.wait_subscribed(USERS)
            publish(service, flood, 20_000)
            flat_us, flat_seen = publish(service, flood, flat)
            burst_us, burst_seen = publish(service, flood, flat, burst=50)
            paced_us, paced_seen = publish(service, flood, paced, rate=20_000)
        results.add("fanout.flat_out_cpu", flat_us, "us")
        results.add("fanout.bursts_cpu", burst_us, "us", "the same, 50 per user at a time")
        results.add("fanout.paced_cpu", paced_us, "us")
        results.add("fanout.paced_p99", paced_seen["latency_ms"]["p99"], "ms", "PUBLISH to client, paced")
        results.add("fanout.lost", lost(flat_seen, flat) + lost(burst_seen, flat) + lost(paced_seen, paced), "messages")
        with service.flood(users=USERS, per_user=5) as flood:
            flood.wait_open()
            service.wait_subscribed(USERS)
            five_us, five_seen = publish(service, flood, 40_000, per_user=5)
        results.add("fanout.five_cpu", five_us, "us", "per delivery to users with 5 connections, at full speed")
        results.add("fanout.five_lost", lost(five_seen, 200_000), "messages")
