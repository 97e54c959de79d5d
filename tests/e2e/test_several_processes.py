"""Several processes serve one client and one consumer group: reconnections to any of them, restarts of a static member."""

import asyncio
import json
import unittest
import uuid

import websockets
from support.hermod_test_case import HermodTestCase, TwoProcesses, kafka
from support.records import as_text, envelope, notification
from support.sockets import frame, open_socket
from support.waiting import until


class Bounced(TwoProcesses):
    """No sticky sessions: a client is connected to the other process after each reconnection."""

    def send_numbers(self, user, numbers):
        texts = (as_text(notification(user, payload={"number": number})) for number in numbers)
        kafka().produce_lines(self.topic, [envelope(text, self.topic) for text in texts], user)

    async def bounce(self, end):
        user, total, each = self.user(), 200, 10
        urls = [process.socket_url(token=process.token(user)) for process in (self.hermod, self.other)]
        async with open_socket(urls[0]):
            pass  # the history of a user begins with the first connection
        sending = asyncio.create_task(self.send_in_steps(user, total))
        received, connections = [], 0
        while len(set(received)) < total:
            async with open_socket(urls[connections % 2], max_queue=None) as socket:
                of_this_one = []
                while len(of_this_one) < each and len(set(received) | set(of_this_one)) < total:
                    of_this_one.append(json.loads(await frame(socket))["payload"]["number"])
                await end(socket)
                of_this_one += await self.rest_of(socket)
            self.assertEqual(of_this_one, list(range(of_this_one[0], of_this_one[0] + len(of_this_one))))
            received += of_this_one
            connections += 1
        await sending
        self.assertGreaterEqual(connections, total // each)
        first_times = list(dict.fromkeys(received))
        self.assertEqual(first_times, list(range(total)))

    async def rest_of(self, socket):
        """What the library has received, and acknowledged, before the end."""
        numbers = []
        try:
            while True:
                numbers.append(json.loads(await frame(socket))["payload"]["number"])
        except websockets.exceptions.ConnectionClosed:
            return numbers

    async def send_in_steps(self, user, total):
        for start in range(0, total, 5):
            await asyncio.to_thread(self.send_numbers, user, range(start, start + 5))

    async def test_a_client_that_closes_misses_nothing_and_its_order_stays(self):
        async def close(socket):
            await socket.close()

        await self.bounce(close)

    async def test_a_client_that_is_cut_off_misses_nothing_and_its_order_stays(self):
        async def cut_off(socket):
            socket.transport.abort()

        await self.bounce(cut_off)


class StaticMembers(HermodTestCase):
    """KAFKA_GROUP_INSTANCE_ID: the restart of one process moves no partition of the other."""

    settings = {"KAFKA_GROUP_INSTANCE_ID": "hermod-1"}

    def assignments(self, hermod):
        return [line for line in hermod.child.said().splitlines() if "Kafka partitions" in line]

    def partitions(self, hermod):
        return hermod.metric("hermod_source_partitions_assigned")

    def start_second(self):
        return self.start_hermod(KAFKA_GROUP_INSTANCE_ID="hermod-2")

    async def test_a_restart_moves_no_partition(self):
        second = self.start_second()
        until(lambda: self.partitions(self.hermod) and self.partitions(second), "both consume")
        held, before = self.partitions(second), self.assignments(self.hermod)
        self.assertEqual(second.stop(), 0)
        second = self.start_second()
        self.addCleanup(second.stop)
        until(lambda: self.partitions(second) == held, "the second process has its partitions again")
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            for number in range(20):  # keys of all partitions
                other = f"{user}-{number}-{uuid.uuid4().hex[:4]}"
                self.send(other)
            text = self.send(user)
            self.assertEqual(await frame(socket), text)
        self.assertEqual(self.assignments(self.hermod), before)

    def test_the_name_is_refused_twice(self):
        with self.assertRaisesRegex(AssertionError, "KAFKA_GROUP_INSTANCE_ID is set, and KAFKA_CONFIG sets"):
            self.start_hermod(KAFKA_CONFIG="group.instance.id=x")


if __name__ == "__main__":
    unittest.main()
