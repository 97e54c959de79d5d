"""Many hostile clients in a separate process: support/hostile.py HOST PORT KEY SOCKETS

Each socket repeats one kind of attack and reconnects when the server disconnects it. When standard input ends, the
program prints as JSON how often each kind was disconnected.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import sys
import time

CLOSE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"


async def pace(seconds):
    """The interval between two steps of an attack; no test waits for it."""
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=seconds)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(user, key, lives_seconds=3600):
    """A token, built without hermod's code."""
    claims = {"sub": user, "aud": "huleedu-platform", "iss": "huleedu-identity-service", "exp": int(time.time()) + lives_seconds}
    text = base64url(b'{"alg":"HS256","typ":"JWT"}') + b"." + base64url(json.dumps(claims).encode())
    return (text + b"." + base64url(hmac.new(key.encode(), text, hashlib.sha256).digest())).decode()


def upgrade(user, key):
    return (
        f"GET /ws?token={token(user, key)} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n"
    ).encode()


class Harm:
    """One attacking connection. Each method below is a kind of attack; it writes, while do_harm() discards the input."""

    def __init__(self, number, key, reader, writer):
        self.user, self.key, self.reader, self.writer = f"hostile-{number}", key, reader, writer

    async def write(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def in_pieces(self, data, pause_seconds):
        for at in range(len(data)):
            await self.write(data[at : at + 1])
            await pace(pause_seconds)

    async def on(self, data, pause_seconds=0.0):
        while True:
            await self.write(data)
            await pace(pause_seconds)

    async def trickled_head(self):
        await self.in_pieces(upgrade(self.user, self.key), 0.25)

    async def half_a_head(self):
        await self.write(upgrade(self.user, self.key)[:-2])
        await asyncio.Event().wait()

    async def endless_head(self):
        await self.write(b"GET / HTTP/1.1\r\n")
        await self.on(b"X-Long: " + b"x" * 1000 + b"\r\n", 0.01)

    async def unmasked_frames(self):
        await self.write(upgrade(self.user, self.key))
        await self.on(b"\x81\x05hello" * 50, 0.05)

    async def endless_fragments(self):
        await self.write(upgrade(self.user, self.key))
        await self.write(b"\x01\x81\x00\x00\x00\x00x")
        await self.on(b"\x00\xfe\x04\x00\x00\x00\x00\x00" + b"x" * 1024, 0.02)

    async def close_storm(self):
        await self.write(upgrade(self.user, self.key))
        await pace(0.2)
        await self.write(CLOSE * 3 + b"\x89\x80\x00\x00\x00\x00")
        await asyncio.Event().wait()

    async def pings_without_end(self):
        await self.write(upgrade(self.user, self.key))
        await self.on(b"\x89\x84\x00\x00\x00\x00ping" * 20, 0.02)

    async def bad_frames(self):
        await self.write(upgrade(self.user, self.key))
        await pace(0.1)
        await self.on(b"\xf3\x85\x00\x00\x00\x00wrong", 0.1)


KINDS = [
    Harm.trickled_head,
    Harm.half_a_head,
    Harm.endless_head,
    Harm.unmasked_frames,
    Harm.endless_fragments,
    Harm.close_storm,
    Harm.pings_without_end,
    Harm.bad_frames,
]


async def read_on(reader):
    while await reader.read(65536):
        pass


async def do_harm(address, key, number, thrown_out):
    kind = KINDS[number % len(KINDS)]
    while True:
        try:
            reader, writer = await asyncio.open_connection(*address)
        except OSError:
            await pace(0.2)
            continue
        work = asyncio.ensure_future(kind(Harm(number, key, reader, writer)))
        ended = asyncio.ensure_future(read_on(reader))
        try:
            await asyncio.wait([work, ended], return_when=asyncio.FIRST_COMPLETED)
            thrown_out[kind.__name__] += 1
            await pace(0.1)
        finally:
            for one in (work, ended):
                one.cancel()
            await asyncio.gather(work, ended, return_exceptions=True)
            writer.close()


async def main(host, port, key, sockets):
    thrown_out = {kind.__name__: 0 for kind in KINDS}
    tasks = [asyncio.ensure_future(do_harm((host, int(port)), key, number, thrown_out)) for number in range(int(sockets))]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(thrown_out))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
