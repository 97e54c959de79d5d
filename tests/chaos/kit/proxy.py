"""A TCP proxy that simulates network faults: it delays, discards, half-closes or resets its connections."""

import asyncio
import socket
import struct

from .pace import lasting

PIECE_BYTES = 65536
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds: close() sends RST


class Link:
    """One connection through the proxy."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        self.near_port = near[1].get_extra_info("peername")[1]
        self.swallowed = False
        self.half_closed = False

    def _ended(self, writer):
        """Whether the direction is closed: after a half-close, data of the near side is discarded."""
        return self.half_closed and writer is self.far[1]

    async def run(self, proxy):
        await asyncio.gather(
            self._carry(proxy, self.near[0], self.far[1]), self._carry(proxy, self.far[0], self.near[1])
        )

    async def _carry(self, proxy, reader, writer):
        try:
            while piece := await reader.read(PIECE_BYTES):
                await proxy.open.wait()
                if proxy.delay_s:
                    await lasting(proxy.delay_s)  # the fault itself: a slow link
                if not self.swallowed and not self._ended(writer):
                    writer.write(piece)
                    await writer.drain()
            if not self.swallowed:
                writer.write_eof()
        except OSError:
            if not self.swallowed:
                self.reset()

    def reset(self):
        for _, writer in (self.near, self.far):
            raw = writer.get_extra_info("socket")
            if raw is not None and raw.fileno() >= 0:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    def end(self):
        for _, writer in (self.near, self.far):
            writer.transport.abort()


class Proxy:
    """Listens on a free port of 127.0.0.1. `targets` are the ports to which it connects, one after the other."""

    def __init__(self, *targets):
        self.targets = list(targets)
        self.links = set()
        self.delay_s = 0
        self.open = asyncio.Event()
        self.open.set()
        self._turn = 0

    async def start(self):
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self):
        self._server.close()
        for link in list(self.links):
            link.end()

    async def _accept(self, reader, writer):
        far = await self._dial()
        if far is None:
            writer.transport.abort()
            return
        link = Link((reader, writer), far)
        self.links.add(link)
        try:
            await link.run(self)
        finally:
            self.links.discard(link)
            link.end()

    async def _dial(self):
        for _ in range(len(self.targets)):
            self._turn += 1
            try:
                return await asyncio.open_connection("127.0.0.1", self.targets[self._turn % len(self.targets)])
            except OSError:
                continue
        return None

    def hold(self):
        """Delays all data until release()."""
        self.open.clear()

    def release(self):
        self.open.set()

    def swallow(self, near_ports=None):
        """Discards all data of the open connections without closing them, as if the other machine had lost power."""
        for link in self.links:
            if near_ports is None or link.near_port in near_ports:
                link.swallowed = True

    def reset(self):
        for link in list(self.links):
            link.reset()

    def half_close(self):
        """Closes the direction to the far side, which can still send."""
        for link in list(self.links):
            if link.far[1].can_write_eof():
                link.half_closed = True
                link.far[1].write_eof()
