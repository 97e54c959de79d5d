"""Kafka to Redis to socket with a backlog: hermod is stopped while records are produced, then continued"""

import signal

from ..meter import Meter
from ..service import Service

REPEATS = 2
USERS = 1000


def run(results, in_full):
    count = 400_000 if in_full else 200_000
    with Service() as service, service.flood(users=USERS) as flood:
        flood.wait_open()
        service.wait_subscribed(USERS)
        service.produce(users=USERS, count=5000, linger_ms=5).wait()
        flood.expect(5000)
        flood.wait_expected(30)
        flood.reset()
        service.hermod.child.process.send_signal(signal.SIGSTOP)
        service.produce(users=USERS, count=count, linger_ms=20).wait()
        meter = Meter(service.meter.pid)
        flood.expect(count)
        service.hermod.child.process.send_signal(signal.SIGCONT)
        said = flood.wait_expected(120)
        cost = meter.cost()
        resident, _ = meter.memory_kib()
        got = said["seen"]["texts"]
    results.add("pipeline.cpu", cost.cpu_us / count, "us")
    results.add("pipeline.loop_cpu", cost.loop_us / count, "us", "the loop's thread only")
    results.add("pipeline.rate", count / cost.seconds, "1/s", "notifications per second, with all programs on one machine")
    results.add("pipeline.memory", resident / 1024, "MiB", "resident memory at the end")
    results.add("pipeline.lost", count - got + said["seen"]["repeats"], "messages", "lost messages")
    results.add("pipeline.disorder", said["seen"]["ahead"] + said["seen"]["late"], "messages", "out of order")
