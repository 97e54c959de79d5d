"""Notifications that are too large for a connection: a notice replaces them, and the following ones do not wait."""

import json

import websockets

from support.hermod_test_case import HermodTestCase
from support.sockets import frame, node, open_socket
from support.waiting import until

LIMIT = 20_000


def dropped(text):
    """(component, count) of a notifications_dropped notice."""
    notice = json.loads(text)
    if notice["notification_type"] != "notifications_dropped":
        raise AssertionError(text)
    return notice["payload"]["component"], notice["payload"]["count"]


class TooLargeForTheOutbox(HermodTestCase):
    settings = {"OUTBOX_BYTES_MAX": LIMIT, "WEBSOCKET_DELIVERY_PING_MS": 1}

    async def test_it_is_announced_in_its_place_live_and_in_a_replay(self):
        user = self.user()
        for _ in range(2):
            async with open_socket(self.socket_url(user)) as socket:
                first, _, last = self.send(user), self.send(user, payload={"text": "x" * LIMIT}), self.send(user)
                self.assertEqual(await frame(socket), first)
                self.assertEqual(dropped(await frame(socket)), ("outbox", 1))
                self.assertEqual(await frame(socket), last)
                await (await socket.ping())
        texts = [self.send(user, payload={"text": "x" * size}) for size in (1, LIMIT, LIMIT, 1)]
        until(lambda: self.hermod.metric("hermod_records_routed_total") == 10, "all are routed")
        async with open_socket(self.socket_url(user)) as socket:
            self.assertEqual(await frame(socket), texts[0])
            self.assertEqual(dropped(await frame(socket)), ("outbox", 2))
            self.assertEqual(await frame(socket), texts[3])

    def test_the_log_says_at_the_start_that_a_record_may_be_larger(self):
        self.assertIn("OUTBOX_BYTES_MAX is smaller than RECORD_BYTES_MAX", self.hermod.child.said())


class TooLargeForTheClient(HermodTestCase):
    async def read(self, url, wanted):
        """Reconnects a client that accepts LIMIT bytes until it receives `wanted`. Returns (messages, connections)."""
        got, connections = [], 0
        while wanted not in got:
            connections += 1
            self.assertLess(connections, 10, got)
            async with open_socket(url, max_size=LIMIT, close_timeout=0.2) as socket:
                try:
                    while wanted not in got:
                        got.append(await frame(socket))
                    await (await socket.ping())
                except websockets.exceptions.ConnectionClosed as end:
                    self.assertEqual(end.sent.code, 1009)
        return got, connections

    async def check(self, *sizes):
        user = self.user()
        texts = [self.send(user, payload={"text": "x" * size}) for size in sizes]
        got, connections = await self.read(self.socket_url(user), texts[-1])
        # Messages before a refusal may be repeated, in order. A notice replaces a refused message.
        seen = []
        for text in got:
            one = text if text in texts else dropped(text)
            if one not in seen or not isinstance(one, str):
                seen.append(one)
        expected = [text if size < LIMIT else ("client", 1) for size, text in zip(sizes, texts)]
        self.assertEqual(seen, expected)
        return connections

    async def test_one_is_skipped_after_the_second_refusal(self):
        before = self.hermod.metric('websocket_messages_failed_total{error_type="refused_by_client"}')
        self.assertEqual(await self.check(1, 1, LIMIT, 1), 3)
        after = self.hermod.metric('websocket_messages_failed_total{error_type="refused_by_client"}')
        self.assertEqual(after - before, 1)

    async def test_several_are_skipped_and_the_rest_arrives(self):
        self.assertLess(await self.check(1, LIMIT, 1, 300_000, 900_000, 1), 8)

    async def test_a_live_one_is_skipped_too(self):
        user = self.user()
        url = self.socket_url(user)
        async with open_socket(url) as able:
            async with open_socket(url, max_size=LIMIT, close_timeout=0.2) as socket:
                large = self.send(user, payload={"text": "x" * 900_000})
                with self.assertRaises(websockets.exceptions.ConnectionClosed):
                    await frame(socket)
            self.assertEqual(await frame(able), large)
            await (await able.ping())
            # The other client has acknowledged it, but this one has not received it.
            marker = self.send(user)
            got, connections = await self.read(url, marker)
            self.assertEqual([dropped(got[0]), got[1]], [("client", 1), marker])
            self.assertLess(connections, 4)

    def test_nodes_ws_refuses_and_goes_on(self):
        user = self.user()
        texts = [self.send(user, payload={"text": "x" * size}) for size in (1, LIMIT, 1)]
        url = self.socket_url(user)
        for _ in range(2):
            self.assertEqual(node(url, max_size=LIMIT, count=9)[-1]["event"], "close")
        events = node(url, max_size=LIMIT, count=2)
        got = [event["text"] for event in events if event["event"] == "message"]
        self.assertEqual((dropped(got[-2]), got[-1]), (("client", 1), texts[2]))
