"""One connection of a user, as its browser sees it."""

import asyncio
import json
import time

from .websocket import Ended, WebSocket

REFUSED = 4000
VERDICT_SECONDS = 3  # protocol section 2: a connection above the limit is refused within this time


class Tab:
    def __init__(self, user, member, bearer, on_end):
        self.user, self.member = user, member
        self.begun_at = time.monotonic()
        self.open_at = self.left_at = self.ended_at = None
        self.code, self.reason = None, ""
        self.text = None  # the last one
        self.admitted_at = None  # when the first one arrived
        self.settled = asyncio.get_running_loop().create_future()  # admitted or ended
        self._socket = None
        self._on_end = on_end
        self.task = asyncio.create_task(self._live(bearer))

    async def _live(self, bearer):
        try:
            self._socket = await WebSocket.connect(self.member.port, bearer)
            self.open_at = time.monotonic()
            while True:
                self.text = await self._socket.receive()
                if self.admitted_at is None:
                    self.admitted_at = time.monotonic()
                    self._settle()
        except Ended as end:
            self.code, self.reason = end.code, end.reason
        finally:
            self.ended_at = time.monotonic()
            if self._socket:
                self._socket.drop()
                self._socket = None
            self._settle()
            self._on_end(self)

    @property
    def broadcast(self):
        """The number of the last broadcast, or 0."""
        return json.loads(self.text)["payload"].get("broadcast", 0) if self.text else 0

    def _settle(self):
        if not self.settled.done():
            self.settled.set_result(None)

    def leave(self, politely):
        """The user closes the tab, with the closing handshake or without."""
        self.left_at = time.monotonic()
        if self._socket is None:
            self.task.cancel()
        elif politely:
            self._socket.close()
        else:
            self._socket.drop()

    @property
    def gone_at(self):
        """When the user left, or the connection ended. None: it is open."""
        return self.ended_at if self.left_at is None else self.left_at

    def admitted(self, margin_s=3.0):
        """Whether the process has certainly admitted it. The margin is for a machine with other load."""
        if self.open_at is None or self.admitted_at is not None:
            return self.admitted_at is not None
        decided_at = self.open_at + VERDICT_SECONDS + margin_s
        until = time.monotonic() if self.gone_at is None else self.gone_at
        return until > decided_at and not self.member.disturbed(self.open_at, decided_at)

    def overlaps(self, begun, ended):
        return self.begun_at < ended and (self.gone_at is None or self.gone_at > begun)
