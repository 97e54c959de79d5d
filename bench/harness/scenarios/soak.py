"""Traffic and reconnects for a long time: memory must not grow"""

import time

from ..service import Service

REPEATS = 1
USERS = 1000
RATE = 1000


def run(results, in_full):
    seconds = 600 if in_full else 40
    with Service() as service, service.flood(users=USERS) as flood, service.flood(users=500, prefix="churn", retry_ms=0) as churn:
        flood.wait_open()
        churn.wait_open()
        load = service.produce(users=USERS, count=seconds * RATE, rate=RATE)
        memory = []
        for second in range(seconds):
            time.sleep(1)
            if second % 5 == 4:
                churn.storm()
            memory.append(service.meter.memory_kib()[1])
        load.wait()
        flood.expect(seconds * RATE)
        said = flood.wait_expected(30)
    warm = len(memory) // 4
    results.add("soak.memory_begin", memory[warm] / 1024, "MiB", "proportional memory, after a quarter of the time")
    results.add("soak.memory_end", max(memory[-5:]) / 1024, "MiB", f"after {seconds} s at {RATE} per second, with 500 clients that connect and disconnect")
    results.add("soak.growth", max(memory[-5:]) / memory[warm], "x", "the end relative to the beginning")
    results.add("soak.lost", seconds * RATE - said["seen"]["texts"] + said["seen"]["repeats"], "messages", "lost messages")
