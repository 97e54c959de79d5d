"""A TCP proxy that simulates network failures: it resets connections, or stops forwarding."""

import asyncio


class Link:
    """`async with Link(port) as link`: listens on `link.port` and forwards connections to `link.target`."""

    def __init__(self, target):
        self.target = target
        self.accepted = 0
        self._pairs = set()
        self._swallowing = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._on_connection, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.cut()

    def cut(self):
        """Aborts every open connection."""
        for pair in list(self._pairs):
            for writer in pair:
                writer.transport.abort()

    def freeze(self):
        """Discards all data of the open connections without closing them. New connections work."""
        self._swallowing |= self._pairs

    def hold(self):
        """Delays all data until release()."""
        self._flows.clear()

    def release(self):
        self._flows.set()

    async def _on_connection(self, reader, writer):
        self.accepted += 1
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        await asyncio.gather(self._carry(pair, reader, far_writer), self._carry(pair, far_reader, writer))
        self._pairs.discard(pair)

    async def _carry(self, pair, reader, writer):
        try:
            while piece := await reader.read(65536):
                await self._flows.wait()
                if pair not in self._swallowing:
                    writer.write(piece)
                    await writer.drain()
        except OSError:
            pass
        if pair not in self._swallowing:
            writer.close()
