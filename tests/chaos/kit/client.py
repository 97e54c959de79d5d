"""A user's browser, which reconnects when its connection ends."""

import asyncio
import json
import random
import time

from .pace import lasting
from .websocket import Ended, WebSocket, token

RETRY_SECONDS = (0.05, 0.3)


class Connection:
    """The messages of one connection."""

    def __init__(self):
        self.begun_at = time.monotonic()
        self.ended_at = None
        self.code = None
        self.reason = ""
        self.got = []  # (number, when)

    def gaps(self, last_sent):
        """The numbers that are missing after the first received one, until the end of the connection or until now."""
        numbers = {number for number, _ in self.got}
        if not numbers:
            return set()
        end = last_sent + 1 if self.ended_at is None else max(numbers)
        return set(range(min(numbers), end)) - numbers


class Client:
    def __init__(self, user, key, port, numbers=None):
        """`numbers` collects the numbers that any device of the user received; the devices share it."""
        self.user, self.port = user, port
        self.bearer = token(user, key)
        self.connections = []
        self.numbers = set() if numbers is None else numbers
        self.notices = []  # (type, payload, when)
        self.socket = None
        self.away = asyncio.Event()  # set: does not reconnect
        self._task = asyncio.create_task(self._live())

    async def _live(self):
        while True:
            try:
                self.socket = await WebSocket.connect(self.port, self.bearer)
                await self._listen(Connection())
            except Ended:
                self.socket = None
            await lasting(random.uniform(*RETRY_SECONDS))  # the delay of a page before it reconnects
            while self.away.is_set():
                await lasting(0.02)

    async def _listen(self, connection):
        self.connections.append(connection)
        try:
            while True:
                self._take(connection, json.loads(await self.socket.receive()))
        except Ended as end:
            connection.code, connection.reason = end.code, end.reason
            raise
        finally:
            connection.ended_at = time.monotonic()

    def _take(self, connection, notification):
        number = notification["payload"].get("n")
        if number is None:
            self.notices.append((notification["notification_type"], notification["payload"], time.monotonic()))
            return
        connection.got.append((number, time.monotonic()))
        self.numbers.add(number)

    def connected(self):
        return self.socket is not None

    def drop(self):
        if self.socket:
            self.socket.drop()

    async def stop(self):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.drop()

    def noticed(self, kind):
        return [payload for name, payload, _ in self.notices if name == kind]
