"""Idle connections: memory of each, and CPU with a 25 s heartbeat"""

import time

from ..meter import Meter
from ..service import Service

REPEATS = 1
HEARTBEAT_SECONDS = 25
LOOKS_SECONDS = 22  # hermod checks its free heap every 10 s, and returns it at the second check


def cpu_us_per_second(service, seconds):
    meter = Meter(service.meter.pid)
    time.sleep(seconds)
    cost = meter.cost()
    return cost.cpu_us / cost.seconds


def connections(results, count, in_full):
    """The memory and CPU that the connections add to a process without connections."""
    with Service(WEBSOCKET_PING_INTERVAL=HEARTBEAT_SECONDS) as service:
        time.sleep(2)
        nobody = cpu_us_per_second(service, 8)
        _, before = service.meter.memory_kib()
        with service.flood(users=count) as flood:
            flood.wait_open()
            service.wait_subscribed(count)
            time.sleep(2)
            _, after = service.meter.memory_kib()
            results.add(f"idle.memory_{count}", (after - before) / count, "KiB")
            flood.reset()
            busy = cpu_us_per_second(service, HEARTBEAT_SECONDS * (3 if in_full else 1))
            pings = flood.report()["seen"]["pings"]
        name = "idle.cpu" if count == 10_000 else f"idle.cpu_{count}"
        results.add(name, (busy - nobody) / count, "us/s", "" if count == 10_000 else f"at {count}; {pings} pings answered")
        time.sleep(LOOKS_SECONDS)
        resident, _ = service.meter.memory_kib()
        results.add(f"idle.memory_left_{count}", resident / 1024, "MiB", "resident memory after all clients disconnected")


def wakeups(results, name, brokers):
    with Service(brokers=brokers) as service:
        time.sleep(3)
        meter = Meter(service.meter.pid)
        time.sleep(10)
        cost = meter.cost()
        results.add(f"idle.wakeups_{name}", cost.switches / cost.seconds, "1/s")
        results.add(f"idle.nobody_{name}", cost.cpu_us / cost.seconds, "us/s", "CPU of all threads without connections")


def run(results, in_full):
    wakeups(results, "embedded", "")
    wakeups(results, "brokers", "redis kafka")
    for count in (10_000, 19_500):
        connections(results, count, in_full)
