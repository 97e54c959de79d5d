"""The cost of reliable delivery: the script compared with plain PUBLISH, the pings, the recovery after a Redis outage"""

import json
import re
import subprocess
import time

from support.waiting import until

from ..meter import Meter
from ..programs import path
from ..service import Service, redis_server
from . import latency

REPEATS = 2
USERS = 1000
MANY = 10_000


def redis_meter():
    return Meter(redis_server().child.process.pid)


def script_beside_publish(results, count):
    """The cost of a notification with the script and with PUBLISH: elapsed time, hermod's CPU, Redis' CPU."""
    with Service() as service, service.flood(users=USERS) as flood:
        flood.wait_open()
        service.wait_subscribed(USERS)
        costs = {}
        for name, load in (("script", lambda n: service.produce(users=USERS, count=n, linger_ms=20)), ("publish", plain(service))):
            load(5000).wait()
            flood.expect(5000)
            flood.wait_expected(30)
            flood.reset()
            flood.expect(count)
            ours, theirs, began = Meter(service.meter.pid), redis_meter(), time.monotonic()
            running = load(count)
            said = flood.wait_expected(60)
            if said["seen"]["texts"] < count:
                raise AssertionError(f"{name}: messages were lost: {said}")
            costs[name] = (time.monotonic() - began, ours.cost().cpu_us, theirs.cost().cpu_us)
            running.wait()
            flood.reset()
    for i, (what, note) in enumerate(
        (
            ("rate", "time for the same messages from Kafka with the script, relative to PUBLISH"),
            ("cpu", "hermod's CPU, relative to PUBLISH"),
            ("redis_cpu", "Redis' CPU, relative to PUBLISH"),
        )
    ):
        results.add(f"delivery.script_{what}", costs["script"][i] / costs["publish"][i], "x", note)
    results.add("delivery.script_redis", costs["script"][2] / count, "us", "Redis' CPU per notification with the script")


def plain(service):
    return lambda count: service.publish(users=USERS, count=count)


def pings(results, seconds):
    """At 1,000 messages per second, each user receives one per second, so a ping follows each message."""
    costs = {ping_ms: latency.figures(seconds, WEBSOCKET_DELIVERY_PING_MS=ping_ms)[0].cpu_us / (seconds * latency.RATE) for ping_ms in (0, 250)}
    results.add("delivery.ping_cpu", costs[250] - costs[0], "us", "additional CPU for a ping after each message, at 1,000 per second")


def in_flight(results):
    done = subprocess.run([path("in_flight")], capture_output=True, check=True, timeout=60)
    results.add("delivery.in_flight", json.loads(done.stdout)["bytes_per_record"], "B", "memory per record in flight, in addition to its bytes")


def back_after_outage(results):
    """Redis is unavailable for three seconds while a record is produced for every user."""
    redis = redis_server()
    with Service() as service, service.flood(users=MANY) as flood:
        flood.wait_open()
        service.wait_subscribed(MANY)
        flood.reset()
        redis.child.kill()
        service.produce(users=MANY, count=MANY, linger_ms=5).wait()
        time.sleep(3)
        flood.expect(1)
        began = time.monotonic()
        redis.start()
        flood.wait_expected(30)
        first = time.monotonic() - began
        flood.expect(MANY)
        flood.wait_expected(60)
        results.add("delivery.return_first", first, "s")
        results.add("delivery.return_all", time.monotonic() - began, "s", f"until {MANY} waiting records had reached as many users")


def script_calls():
    found = re.search(r"cmdstat_evalsha:calls=(\d+)", redis_server().cli("INFO", "commandstats"))
    return int(found.group(1)) if found else 0


def replay(results):
    """The subscription link is lost: every user is subscribed again, and every session replays."""
    with Service() as service, service.flood(users=MANY) as flood:
        flood.wait_open()
        service.wait_subscribed(MANY)
        service.produce(users=MANY, count=MANY, linger_ms=5).wait()
        flood.expect(MANY)
        flood.wait_expected(60)
        time.sleep(1)
        before = script_calls()
        redis_server().cli("CLIENT", "KILL", "TYPE", "pubsub")
        began = time.monotonic()
        until(lambda: script_calls() >= before + MANY, f"the streams of {MANY} users are read")
        results.add("delivery.replay", time.monotonic() - began, "s")


def run(results, in_full):
    # Redis disconnects a subscriber with 32 MB of unsent output; 50,000 messages stay below that.
    script_beside_publish(results, 50_000)
    pings(results, 30 if in_full else 10)
    in_flight(results)
    back_after_outage(results)
    replay(results)
