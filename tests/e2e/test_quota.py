"""WEBSOCKET_MAX_CONNECTIONS_PER_USER holds over all processes."""

import asyncio
import json
import time

import websockets
from support.hermod_test_case import TwoProcesses, redis
from support.sockets import closed, frame, open_socket
from support.waiting import until

LIMIT = 5
VERDICT_SECONDS = 3


async def verdict(socket):
    """The close code of a refused connection; 0 for one that stays open."""
    try:
        await asyncio.wait_for(socket.recv(), 3 * VERDICT_SECONDS)
    except asyncio.TimeoutError:
        return 0
    except websockets.exceptions.ConnectionClosed:
        return socket.close_code
    return 0


class Quota(TwoProcesses):
    def urls(self, user):
        return [one.socket_url(token=one.token(user)) for one in (self.hermod, self.other)]

    def leases(self, user):
        """The numbers of connections that the processes hold."""
        values = redis().cli("HVALS", f"hermod:{{{user}}}:presence").split()
        return sorted(int(value) for value in values)

    async def until_leases(self, user, *numbers):
        until(lambda: self.leases(user) == sorted(numbers), f"the leases {numbers}")

    async def test_of_twenty_tabs_over_two_processes_five_stay(self):
        user = self.user()
        before = [one.metric('hermod_refusals_total{reason="QUOTA_EXCEEDED"}') for one in (self.hermod, self.other)]
        tabs = await asyncio.gather(*(open_socket(url) for url in self.urls(user) * 10))
        codes = await asyncio.gather(*(verdict(tab) for tab in tabs))
        self.assertEqual(codes.count(0), LIMIT)
        self.assertEqual(codes.count(4000), 15)
        text = self.send(user)
        staying = [tab for tab, code in zip(tabs, codes) if code == 0]
        for tab in staying:
            self.assertEqual(await frame(tab), text)
        self.assertEqual(sum(self.leases(user)), LIMIT)
        after = [one.metric('hermod_refusals_total{reason="QUOTA_EXCEEDED"}') for one in (self.hermod, self.other)]
        self.assertEqual(sum(after) - sum(before), 15)
        await asyncio.gather(*(tab.close() for tab in staying))
        await self.until_leases(user)

    async def test_a_connection_that_ends_in_one_process_makes_room_in_the_other(self):
        user = self.user()
        here, there = self.urls(user)
        tabs = [await open_socket(here) for _ in range(LIMIT)]
        await self.until_leases(user, LIMIT)
        began = time.monotonic()
        async with open_socket(there) as refused:
            code, reason = await closed(refused)
        self.assertEqual((code, json.loads(reason)["error_code"]), (4000, "QUOTA_EXCEEDED"))
        self.assertLess(time.monotonic() - began, VERDICT_SECONDS)
        await tabs.pop().close()
        await self.until_leases(user, LIMIT - 1)
        async with open_socket(there) as admitted:
            text = self.send(user)
            self.assertEqual(await frame(admitted), text)
            await self.until_leases(user, LIMIT - 1, 1)
            self.assertGreaterEqual(self.other.metric("hermod_leases"), 1)
        await asyncio.gather(*(tab.close() for tab in tabs))

    async def test_a_silent_connection_of_the_own_process_gives_way(self):
        user = self.user()
        here, there = self.urls(user)
        tabs = [await open_socket(there) for _ in range(LIMIT - 1)]
        silent = await open_socket(here)
        await self.until_leases(user, 1, LIMIT - 1)
        silent.transport.pause_reading()
        async with open_socket(here) as newcomer:
            self.assertEqual(await verdict(newcomer), 0)
            text = self.send(user)
            self.assertEqual(await frame(newcomer), text)
        silent.transport.abort()
        await asyncio.gather(*(tab.close() for tab in tabs))

    async def test_the_leases_are_written_again_after_a_loss_of_data(self):
        user = self.user()
        async with open_socket(self.urls(user)[0]):
            await self.until_leases(user, 1)
            redis().cli("DEL", f"hermod:{{{user}}}:presence")
            redis().cli("SET", "hermod:generation", "another")
            await self.until_leases(user, 1)
