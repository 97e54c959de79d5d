"""Scenarios of three processes that share the limits, the presence and the disconnects of their users."""

import asyncio
import collections
import os
import time

import redis
from support.hermod import KEY

from .crowd import LIMIT, Crowd
from .fleet_records import described, had_room, locked_out_s
from .member import Member
from .pace import lasting
from .stage import Stage, aside, when
from .tab import REFUSED, VERDICT_SECONDS

ADMIN_TOKEN = "an-admin-token-for-the-fleet"
QUIET_SECONDS = 10  # until the leases are right, after the last event
LOCKED_OUT_SECONDS = 10  # after the end of a process, and as long as a newcomer waits
SURPLUS_SECONDS = 10  # until a process that was frozen has closed its surplus
MARGIN_SECONDS = 2  # of the observer, on a machine with other load
WATCH_SECONDS = 0.25
STALL_SECONDS = 0.7  # the clients answer a ping within 2 s, except on a machine that had no time for them


class FleetStage(Stage):
    users_count = 200
    actions_per_second = 30
    asked_count = 50  # users whose presence is compared through the API
    processes_count = 3
    # On a machine with other load, Redis must not count as unavailable: all connections are granted then.
    settings = {"ADMIN_TOKEN": ADMIN_TOKEN, "REDIS_SOCKET_TIMEOUT": 10}

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.members, self.ended, self.starting = [], [], asyncio.Lock()
        self.crowd = Crowd(self.users, KEY, self.members, ADMIN_TOKEN, int(os.environ["CHAOS_SEED"]))
        self.over = {}  # user: since when it has more connections than the limit
        self.breaches, self.broadcasts, self.lag_s, self.stalled_at = [], 0, 0.0, []
        self.tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._broadcast())]
        self.addAsyncCleanup(self._end_tasks)

    async def start_kafka(self):
        """The processes only hold connections."""

    def kafka_settings(self):
        return {"KAFKA_CONSUME": "false"}

    async def _end_tasks(self):
        for task in self.tasks:
            task.cancel()
        await self.crowd.stop()
        for member in self.members:
            if member.frozen():
                member.thaw()

    # --- processes

    async def start_member(self):
        async with self.starting:
            hermod = await self.start_hermod()
            await aside(hermod.wait_for_redis)
            member = Member(hermod)
            known = {other.process for other in self.members + self.ended}
            while not (own := set(await member.listed(ADMIN_TOKEN)) - known):
                await lasting(0.05)
            (member.process,) = own
            self.members.append(member)
            return member

    async def start_fleet(self):
        for _ in range(self.processes_count):
            await self.start_member()
        await self.crowd.arrive()
        self.crowd.start(self.actions_per_second)

    def remove(self, member):
        member.ended_at = time.monotonic()
        self.members.remove(member)
        self.ended.append(member)

    async def kill(self, member):
        """Also while it is frozen."""
        self.remove(member)
        await self.kill_hermod(member.hermod)

    async def restart(self, member):
        await self.start_member()
        self.remove(member)
        await self.stop_hermod(member.hermod)

    async def freeze(self, member, seconds, leaving=0.3):
        member.freeze()
        self.crowd.give_up(member, leaving)
        await lasting(seconds)
        if member.ended_at is None:
            member.thaw()

    # --- observation

    async def _broadcast(self):
        """The first text tells a client that it is admitted."""
        while True:
            await lasting(1)
            if healthy := self.crowd.healthy():
                await self.broadcast(self.crowd.draw.choice(healthy))

    async def broadcast(self, member):
        """(the number of the broadcast, the status, the answer)."""
        self.broadcasts += 1
        body = {"notification_type": "maintenance", "payload": {"broadcast": self.broadcasts}}
        return self.broadcasts, *await member.call("POST", "/api/broadcast", ADMIN_TOKEN, body)

    async def _watch(self):
        """Finds users who have more connections than the limit for longer than the contract permits."""
        while True:
            before = time.monotonic()
            await lasting(WATCH_SECONDS)
            now = time.monotonic()
            lag = now - before - WATCH_SECONDS
            self.lag_s = max(self.lag_s, lag)
            if lag > STALL_SECONDS:
                self.stalled_at.append(now)
            over = {user for user in self.crowd.users if len(user.open) > LIMIT and self._counted(user) > LIMIT}
            for user in over - self.over.keys():
                self.over[user] = now
            for user in self.over.keys() - over:
                self._was_over(user, now)

    def _stalled(self, begun, ended):
        return any(begun < when < ended + SURPLUS_SECONDS for when in self.stalled_at)

    def _counted(self, user):
        """A frozen process cannot close a connection."""
        return sum(tab.admitted() and not tab.member.frozen() for tab in user.open)

    def _was_over(self, user, now):
        since = self.over.pop(user)
        thawed = any(tab.member.thawed_since(since - SURPLUS_SECONDS) for tab in user.tabs)
        permitted = (SURPLUS_SECONDS if thawed else 0) + MARGIN_SECONDS
        if now - since > permitted and not self._stalled(since - SURPLUS_SECONDS, now):
            self.breaches.append(f"{user.name} had more than {LIMIT} connections for {now - since:.1f} s")

    def tabs(self):
        return [tab for user in self.crowd.users for tab in user.tabs]

    def refusals(self):
        """(the newcomers that were refused, the admitted connections that were closed as surplus)."""
        closed = [tab for tab in self.tabs() if tab.code == REFUSED]
        surplus = [tab for tab in closed if tab.admitted()]
        return [tab for tab in closed if not tab.admitted()], surplus

    def lock_outs(self):
        """Seconds of each refusal of a user who had room, since the event that explains it."""
        times = []
        for tab in self.refusals()[0]:
            if not had_room(tab, LIMIT):
                continue
            seconds = locked_out_s(tab)
            if seconds is None or seconds > LOCKED_OUT_SECONDS + VERDICT_SECONDS:
                self.breaches.append(f"{tab.user.name} was refused but had room, {seconds} s after an event: {described(tab)}")
            times.append(seconds or 0.0)
        return times

    # --- what must be true at rest

    def redis_clients(self):
        return [redis.Redis(port=self.redis.port, decode_responses=True)]

    def leases(self):
        """{user: {process: connections}} of all keys in Redis."""
        found = {}
        for client in self.redis_clients():
            keys = list(client.scan_iter("hermod:*:presence", 1000))
            with client.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.execute_command("HGETALL", key)
                for key, pairs in zip(keys, pipe.execute()):
                    fields = pairs if isinstance(pairs, dict) else dict(zip(pairs[::2], pairs[1::2]))
                    own = {process: int(count) for process, count in fields.items() if not process.startswith(":")}
                    found[key.split(":", 1)[1].removesuffix(":presence").strip("{}")] = own
        return {user: fields for user, fields in found.items() if fields}

    def connections(self):
        """The same, as the clients see it."""
        counts = {user.name: collections.Counter(tab.member.process for tab in user.open) for user in self.crowd.users}
        return {user: dict(count) for user, count in counts.items() if count}

    async def quiet(self):
        """Waits until the leases are right. Returns the seconds since now."""
        begun = time.monotonic()
        while (leases := await aside(self.leases)) != (real := self.connections()):
            if time.monotonic() - begun > 3 * QUIET_SECONDS:
                break
            await lasting(WATCH_SECONDS)
        took = time.monotonic() - begun
        wrong = [user for user in leases.keys() | real.keys() if leases.get(user) != real.get(user)]
        for user in wrong[:5]:
            self.breaches.append(f"{user} has the leases {leases.get(user)} and the connections {real.get(user)}")
        if took > QUIET_SECONDS:
            self.breaches.append(f"the leases were right after {took:.1f} s; wrong now: {len(wrong)}")
        return took

    async def compare_presence(self):
        """GET /api/users/{id}, and a broadcast reaches every connection once."""
        asked = self.crowd.draw.sample(self.crowd.users, min(self.asked_count, len(self.crowd.users)))
        for user in asked:
            member = self.crowd.draw.choice(self.members)
            status, answer = await member.call("GET", f"/api/users/{user.name}", ADMIN_TOKEN)
            told = sorted(one["process"] for one in answer.get("connections", []))
            real = sorted(tab.member.process for tab in user.open)
            if (status, told, answer.get("online"), answer.get("limit")) != (200, real, bool(real), LIMIT):
                self.breaches.append(f"{user.name}: the API answers {status} {answer}, its connections are in {real}")
        number, status, answer = await self.broadcast(self.members[0])
        if (status, answer.get("processes")) != (200, len(self.members)):
            self.breaches.append(f"the broadcast is answered with {status} {answer}")
        missing = [tab for user in self.crowd.users for tab in user.open]

        def all_have_it():
            missing[:] = [tab for tab in missing if tab.gone_at is None and tab.broadcast < number]
            return not missing

        try:
            await when(all_have_it, "the broadcast arrives", 5)
        except AssertionError:
            self.breaches.append(f"the broadcast misses {len(missing)} connections, such as {described(missing[0])}")

    def check_disconnects(self):
        for record in self.crowd.disconnects:
            self.breaches.extend(record.breaches())
            disturbed = {
                member.process
                for member in self.members + self.ended
                if record.ended_at is not None and member.disturbed(record.begun_at - 1, record.ended_at)
            }
            if wrongly := set(record.silent()) - disturbed:
                self.breaches.append(f"{record}: {wrongly} was alive")

    def check_ends(self):
        """Connections are closed as surplus, or end by themselves, only after the process was frozen."""
        surplus = self.refusals()[1]
        for tab in surplus:
            if not tab.member.thawed_since(tab.ended_at - SURPLUS_SECONDS - MARGIN_SECONDS):
                self.breaches.append(f"{tab.user.name}: an admitted connection was refused, {described(tab)}")
        for tab in self.crowd.ended_early:
            if self._stalled(tab.ended_at - SURPLUS_SECONDS, tab.ended_at):
                continue
            self.breaches.append(f"{tab.user.name}: a connection of {tab.member.process} ended, {described(tab)}")

    async def check_at_rest(self):
        """Returns the seconds until the leases were right. The users come and go again afterwards, if the caller starts them."""
        took = await self.quiet()
        await self.compare_presence()
        return took

    async def close_fleet(self, **figures):
        """Ends the processes while clients are connected, and fails if something was wrong at any time."""
        await self.crowd.rest()
        self.crowd.returns = False
        for user in list(self.over):
            self._was_over(user, time.monotonic())
        for member in list(self.members):
            self.remove(member)
            await self.stop_hermod(member.hermod)
        left = await aside(self.leases)
        if left:
            some = next(iter(left.items()))
            self.breaches.append(f"leases are left after the end of all processes: {len(left)}, such as {some}")
        self.print_figures(self.lock_outs(), **figures)
        self.check_disconnects()
        self.check_ends()
        if self.breaches:
            for member in self.ended:
                print(f"  {member.process}, {member.events()}:", *member.warnings(), sep="\n    ")
            self.fail("\n  ".join([f"{len(self.breaches)} breaches, of which at most 20 follow:", *self.breaches[:20]]))

    def print_figures(self, lock_outs, **more):
        refused, surplus = self.refusals()
        verdicts = [tab.ended_at - tab.open_at for tab in refused if not tab.member.disturbed(tab.open_at, tab.ended_at)]
        records = [record for record in self.crowd.disconnects if record.done()]
        figures = {
            "connections": self.crowd.tabs_count,
            "refused": f"{len(refused)} (the slowest after {max(verdicts, default=0):.1f} s)",
            "refused although there was room": f"{len(lock_outs)} (until {max(lock_outs, default=0):.1f} s after an event)",
            "closed as surplus": len(surplus),
            "disconnects": f"{len(records)} of {len(self.crowd.disconnects)}",
            "connections that they ended": sum(record.count() for record in records),
            "disconnects with silent processes": sum(bool(record.silent()) for record in records),
            "broadcasts": self.broadcasts,
            "longest delay of the clients": f"{self.lag_s:.2f} s",
        } | more
        text = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
        print(f"\n  {self.id().rpartition('.')[2]}: {text}", flush=True)
