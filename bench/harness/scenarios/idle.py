"""What connections cost that only stand: memory each, and CPU with a 25 s heartbeat"""

import time

from ..meter import Meter
from ..service import Service

REPEATS = 1
HEARTBEAT_SECONDS = 25


def connections(results, count, in_full):
    with Service(WEBSOCKET_PING_INTERVAL=HEARTBEAT_SECONDS) as service:
        time.sleep(1)
        _, before = service.meter.memory_kib()
        with service.flood(users=count) as flood:
            flood.wait_open()
            service.wait_subscribed(count)
            time.sleep(2)
            _, after = service.meter.memory_kib()
            results.add(f"idle.memory_{count}", (after - before) / count, "KiB")
            if count == 10_000 or in_full:
                meter = Meter(service.meter.pid)
                flood.reset()
                time.sleep(HEARTBEAT_SECONDS * (3 if in_full else 1))
                cost = meter.cost()
                name = "idle.cpu" if count == 10_000 else f"idle.cpu_{count}"
                pings = flood.report()["seen"]["pings"]
                results.add(name, cost.cpu_us / cost.seconds / count, "us/s", f"{pings} pings answered" if count != 10_000 else "")


def wakeups(results, name, brokers):
    with Service(brokers=brokers) as service:
        time.sleep(3)
        meter = Meter(service.meter.pid)
        time.sleep(10)
        cost = meter.cost()
        results.add(f"idle.wakeups_{name}", cost.switches / cost.seconds, "1/s")
        results.add(f"idle.nobody_{name}", cost.cpu_us / cost.seconds, "us/s", "CPU of all threads with nobody connected")


def run(results, in_full):
    wakeups(results, "embedded", "")
    wakeups(results, "brokers", "redis kafka")
    for count in (10_000, 19_500):
        connections(results, count, in_full)
