"""The leases of connections in Redis: CPU of Redis for a join and a leave, alone and with all commands of a connection, and memory"""

import time

import redis
from support.waiting import until

from ..meter import Meter
from ..service import Service, redis_server

REPEATS = 1  # run() repeats the measurements itself
USERS = 10_000
AT_ONCE = 64  # commands in a flush, as in the scenario connect
CONNECTIONS = 5000
IDLE_SECONDS = 10
EMPTY = "return 1"


def client():
    return redis.Redis(port=redis_server().port, decode_responses=True)


class Commands:
    """The commands that hermod sends for the lease of a user, with the user and the process replaced."""

    def __init__(self):
        self.client = client()
        with Service(brokers="redis") as service, client().monitor() as monitor:
            with service.flood(users=1):
                self._join = self._next(monitor, "EVALSHA")
            self._leave = self._next(monitor, "HDEL")
        self._user, self._process = self._leave[1], self._leave[2]
        self.meter = Meter(redis_server().child.process.pid)
        self._empty = ["EVALSHA", self.client.script_load(EMPTY), *self._join[2:]]

    @staticmethod
    def _next(monitor, name):
        while True:
            words = monitor.next_command()["command"].split(" ")
            if words[0].upper() == name and any(word.endswith(":presence") for word in words):
                return words

    def _cost(self, command, process):
        """CPU of Redis for each user, in us."""
        self.meter.start()
        for first in range(0, USERS, AT_ONCE):
            pipe = self.client.pipeline(transaction=False)
            for user in range(first, min(first + AT_ONCE, USERS)):
                words = {self._user: key_of(user), self._process: process}
                pipe.execute_command(*(words.get(word, word) for word in command))
            pipe.execute()
        return self.meter.cost().cpu_us / USERS

    def empty(self):
        return self._cost(self._empty, "one")

    def join(self, process):
        return self._cost(self._join, process)

    def leave(self, process):
        return self._cost(self._leave, process)

    def used(self):
        return self.client.info("memory")["used_memory"]


def key_of(user):
    """As long as those of the platform's user ids, which are UUIDs."""
    return f"hermod:{{{user:08d}-0000-4000-8000-000000000000}}:presence"


def alone(results, commands, turns):
    """The commands of the leases, in turn with an empty script of the same length."""
    for _ in range(turns):
        commands.client.execute_command("FLUSHALL", "SYNC")
        empty = [commands.empty()]
        costs = {"join": commands.join("host-1.0123abcd"), "join_other": commands.join("host-2.4567cdef")}
        empty.append(commands.empty())
        costs |= {"leave_other": commands.leave("host-2.4567cdef"), "leave": commands.leave("host-1.0123abcd")}
        empty.append(commands.empty())
        yardstick = sum(empty) / len(empty)
        results.add("leases.empty", yardstick, "us", f"an empty script with the same arguments, {AT_ONCE} in a flush")
        for name, cost in costs.items():
            results.add(f"leases.{name}", cost, "us")
            results.add(f"leases.{name}_ratio", cost / yardstick, "x", "relative to the empty script")


def memory(results, commands):
    commands.client.execute_command("FLUSHALL", "SYNC")
    before = commands.used()
    commands.join("host-1.0123abcd")
    results.add("leases.memory", (commands.used() - before) / USERS, "B")
    results.add("leases.memory_key", commands.client.memory_usage(key_of(7)), "B", "MEMORY USAGE of the key")
    commands.join("host-2.4567cdef")
    results.add("leases.memory_other", (commands.used() - before) / USERS, "B", "per user with connections to two processes")


def connections(results, name, service):
    """All commands of a connection: the lease, the subscription, the first page of the history."""
    meter = Meter(redis_server().child.process.pid)
    flood = service.flood(users=CONNECTIONS, rate=0, opening_max=64)
    with flood:
        flood.wait_open()
        until(lambda: service.hermod.metric("hermod_leases") == CONNECTIONS, "all have leases")
        time.sleep(1)  # the first pages of the history
        results.add(f"leases.{name}_connect", meter.cost().cpu_us / CONNECTIONS, "us")
        meter.start()
    until(lambda: service.hermod.metric("hermod_leases") == 0, "no leases are left")
    time.sleep(1)  # the last commands
    results.add(f"leases.{name}_end", meter.cost().cpu_us / CONNECTIONS, "us")


def commands_per_second(seconds):
    def count():
        return client().info("stats")["total_commands_processed"]

    before = count()
    time.sleep(seconds)
    return (count() - before) / seconds


def idle(results, service):
    nobody = commands_per_second(IDLE_SECONDS)
    with service.flood(users=CONNECTIONS) as flood:
        flood.wait_open()
        until(lambda: commands_per_second(1) < AT_ONCE, "the first pages are read")
        more = commands_per_second(IDLE_SECONDS) - nobody
        results.add("leases.idle_commands", more, "1/s", f"commands that {CONNECTIONS} idle connections add")


def run(results, in_full):
    commands = Commands()
    alone(results, commands, 6 if in_full else 3)
    memory(results, commands)
    with Service(brokers="redis") as one:
        for _ in range(3 if in_full else 1):
            connections(results, "first", one)
        idle(results, one)
        with one.flood(users=CONNECTIONS) as here:
            here.wait_open()
            with Service(brokers="", REDIS_URL=redis_server().url()) as other:
                other.hermod.wait_for_redis()
                for _ in range(3 if in_full else 1):
                    connections(results, "second", other)
