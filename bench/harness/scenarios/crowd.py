"""19,500 connections: the longest loop iteration during events that affect all of them"""

import os
import signal
import time

from support.waiting import until

from ..service import Service, redis_server

REPEATS = 1
USERS = 19_500
WINDOW_SECONDS = 21  # the gauge shows an iteration for at most this time


def longest_ms(service):
    return service.hermod.metric("hermod_loop_turn_longest_seconds") * 1000


class Phase:
    """`with Phase(...)` waits until the gauge shows an idle loop, and reports its value after the body."""

    def __init__(self, results, service, name, note):
        self.results, self.service, self.name, self.note = results, service, name, note

    def __enter__(self):
        time.sleep(WINDOW_SECONDS)

    def __exit__(self, kind, *_):
        if kind is None:
            self.results.add(f"crowd.{self.name}", longest_ms(self.service), "ms", self.note)


def wait_texts(flood, count):
    said = flood.wait_expected(60)
    if said["seen"]["texts"] < count:
        raise AssertionError(f"only {said['seen']['texts']} of {count} connections received the notice")
    flood.reset()


def connected(service, **options):
    flood = service.flood(users=USERS, **options)
    flood.wait_open()
    service.wait_subscribed(USERS)
    return flood


def resubscribe(service):
    reconnects = service.hermod.metric("hermod_bus_reconnects_total")
    redis_server().cli("CLIENT", "KILL", "TYPE", "pubsub")
    until(lambda: service.hermod.metric("hermod_bus_reconnects_total") > reconnects, "the bus reconnects")
    service.wait_subscribed(USERS)
    time.sleep(2)  # time to read the streams of all users


def freeze(flood, stop):
    flood.expect(USERS)
    os.kill(redis_server().child.process.pid, signal.SIGSTOP if stop else signal.SIGCONT)
    wait_texts(flood, USERS)


def outages(results, service, flood):
    with Phase(results, service, "degraded", "Redis hangs: service_degraded to all"):
        freeze(flood, True)
    with Phase(results, service, "restored", "Redis answers again: service_restored to all"):
        freeze(flood, False)
    with Phase(results, service, "lost", "Redis stops: both links lost, service_degraded to all"):
        flood.expect(USERS)
        redis_server().stop()
        wait_texts(flood, USERS)
    with Phase(results, service, "emptied", "Redis restarts without its data: all subscribed again, service_restored to all"):
        flood.expect(USERS)
        redis_server().start()
        wait_texts(flood, USERS)
        service.wait_subscribed(USERS)


def drain(results):
    """Closes all connections at once. HTTP requests are answered until the last one is closed."""
    with Service("redis", DRAIN_SECONDS=0) as service, connected(service):
        time.sleep(WINDOW_SECONDS)
        service.hermod.child.process.send_signal(signal.SIGTERM)
        longest = 0
        try:
            while True:
                longest = max(longest, longest_ms(service))
        except (OSError, AssertionError):
            pass
        results.add("crowd.sent_away", longest, "ms", "SIGTERM with DRAIN_SECONDS=0")


def run(results, in_full):
    with Service("redis", REDIS_SOCKET_TIMEOUT=60) as service:
        with connected(service) as flood:
            with Phase(results, service, "resubscribed", "the subscription link is lost: all subscribed again and their streams read"):
                resubscribe(service)
            flood.reset()
            outages(results, service, flood)
            with Phase(results, service, "reloaded", "SIGHUP"):
                os.kill(service.meter.pid, signal.SIGHUP)
                time.sleep(2)
            time.sleep(WINDOW_SECONDS)
            flood.process.kill()
            until(lambda: service.hermod.metric("websocket_active_connections") == 0, "all connections are closed")
            results.add("crowd.vanished", longest_ms(service), "ms", "the clients' machine resets all connections")
    drain(results)
