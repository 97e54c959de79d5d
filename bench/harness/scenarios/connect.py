"""CPU of an upgrade with an HS256 token, without and with a Redis subscription, compared with the reference server"""

from ..meter import Meter
from ..programs import run_against_flood
from ..service import Service

REPEATS = 3
CONNECTIONS = 5000


def upgrades(results, name, brokers):
    with Service(brokers=brokers) as service:
        # The first connections also pay for one-time initialization, so they are not measured.
        with service.flood(users=100, prefix="warm") as flood:
            flood.wait_open()
        meter = Meter(service.meter.pid)
        with service.flood(users=CONNECTIONS, rate=0, opening_max=64) as flood:
            said = flood.wait_open()
            if "redis" in brokers:
                service.wait_subscribed(CONNECTIONS)
            cost = meter.cost()
        results.add(name, cost.cpu_us / CONNECTIONS, "us")
        results.add(f"{name}_p99", said["seen"]["upgrade_ms"]["p99"], "ms", "from connect to the response, 64 at a time")


def run(results, in_full):
    upgrades(results, "connect.cpu", "kafka")
    upgrades(results, "connect.subscribed_cpu", "redis kafka")
    floor = run_against_flood("floor", CONNECTIONS, CONNECTIONS)
    results.add("connect.floor_cpu", floor["cpu_us_per_handshake"], "us", "the reference server, which validates nothing")
