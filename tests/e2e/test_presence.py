"""KAFKA_PRESENCE_TOPIC: the events of users who come online and go offline, over all processes."""

import asyncio
import datetime
import json
import uuid

from support.hermod_test_case import HermodTestCase, TwoProcesses, kafka
from support.sockets import closed, open_socket
from support.waiting import until

GRACE_SECONDS = 10
PATIENCE_SECONDS = 40


class Presence(HermodTestCase):
    """Processes with a presence topic of their own. Tests prove an absence with the event of a later user."""

    @classmethod
    def setUpClass(cls):
        cls.presence_topic = f"presence.{uuid.uuid4().hex[:8]}"
        kafka().create(cls.presence_topic)
        cls.settings = {"KAFKA_PRESENCE_TOPIC": cls.presence_topic, "DRAIN_SECONDS": 1}
        super().setUpClass()

    def events(self, user):
        records = [(key, json.loads(value)) for key, value, _ in kafka().records(self.presence_topic)]
        found = [event for key, event in records if key == user]
        for event in found:
            self.assertEqual((event["user"], sorted(event)), (user, ["at", "state", "user"]))
        return found

    def states(self, user):
        return [event["state"] for event in self.events(user)]

    async def until_states(self, user, *states):
        """Answers pings meanwhile."""
        await asyncio.to_thread(
            until, lambda: self.states(user) == list(states), f"the events {states} of {user}", PATIENCE_SECONDS
        )

    def url(self, user, hermod=None):
        hermod = hermod or self.hermod
        return hermod.socket_url(token=hermod.token(user))

    async def online(self, user, hermod=None):
        """A connection whose event is in Kafka."""
        socket = await open_socket(self.url(user, hermod))
        await self.until_states(user, "online")
        return socket

    async def pass_grace_time(self, hermod=None):
        """Ends when a user who left after this call is offline: what was due before has been announced."""
        later = self.user()
        socket = await self.online(later, hermod)
        await socket.close()
        await self.until_states(later, "online", "offline")


class OneProcess(Presence):
    async def test_a_user_is_online_and_offline_ten_seconds_after_the_last_connection(self):
        user = self.user()
        first = await self.online(user)
        second = await open_socket(self.url(user))
        await first.close()
        await second.close()
        await self.until_states(user, "online", "offline")
        times = [datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00")) for event in self.events(user)]
        between = (times[1] - times[0]).total_seconds()
        self.assertGreaterEqual(between, GRACE_SECONDS)
        self.assertLess(between, 3 * GRACE_SECONDS)
        written = self.hermod.metric('hermod_presence_events_total{state="offline"}')
        self.assertGreaterEqual(written, 1)
        self.assertEqual(self.hermod.metric("hermod_presence_events_dropped_total"), 0)

    async def test_a_user_who_returns_within_ten_seconds_was_not_offline(self):
        user = self.user()
        await (await self.online(user)).close()
        async with open_socket(self.url(user)):
            await self.pass_grace_time()
            self.assertEqual(self.states(user), ["online"])


class TwoWithPresence(Presence, TwoProcesses):
    async def test_a_second_tab_in_another_process_announces_nothing(self):
        user = self.user()
        here = await self.online(user)
        there = await open_socket(self.url(user, self.other))
        await here.close()
        await self.pass_grace_time()
        self.assertEqual(self.states(user), ["online"])
        await there.close()
        await self.until_states(user, "online", "offline")

    async def test_of_a_killed_process_another_one_announces_who_did_not_return(self):
        victim = self.start_hermod()
        stays, leaves = self.user(), self.user()
        sockets = [await self.online(user, victim) for user in (stays, leaves)]
        victim.child.kill()
        for socket in sockets:
            await closed(socket)
        async with open_socket(self.url(stays)):
            await self.until_states(leaves, "online", "offline")
            await self.pass_grace_time()
            self.assertEqual(self.states(stays), ["online"])

    async def test_who_moves_from_a_stopped_process_to_another_was_not_offline(self):
        stopped = self.start_hermod()
        stays, leaves = self.user(), self.user()
        for user in (stays, leaves):
            await self.online(user, stopped)
        self.assertEqual(stopped.stop(), 0)
        async with open_socket(self.url(stays, self.other)):
            await self.until_states(leaves, "online", "offline")
            await self.pass_grace_time()
            self.assertEqual(self.states(stays), ["online"])


class OnlyProcess(Presence):
    async def test_after_a_restart_it_announces_who_did_not_return(self):
        stays, leaves = self.user(), self.user()
        for user in (stays, leaves):
            await self.online(user)
        self.assertEqual(self.hermod.stop(), 0)
        self.__class__.hermod = self.start_hermod()
        async with open_socket(self.url(stays)):
            await self.until_states(leaves, "online", "offline")
            await self.pass_grace_time()
            self.assertEqual(self.states(stays), ["online"])


class WithoutConsumption(Presence):
    async def test_a_process_that_only_holds_connections_writes_them_too(self):
        holds = self.start_hermod(KAFKA_CONSUME="false")
        user = self.user()
        await (await self.online(user, holds)).close()
        await self.until_states(user, "online", "offline")
        self.assertEqual(holds.stop(), 0)
