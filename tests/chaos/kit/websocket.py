"""A WebSocket client that answers pings by itself, like a browser. It uses only asyncio."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import struct
import time

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def token(user, key):
    """A JWT like those of the platform's identity service."""

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = {"sub": user, "exp": int(time.time()) + 3600, "aud": "huleedu-platform", "iss": "huleedu-identity-service"}
    text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (text + b"." + part(hmac.new(key.encode(), text, hashlib.sha256).digest())).decode()


class Ended(Exception):
    """The connection ended. `code` is the server's close code, or 1006 without a close frame."""

    def __init__(self, code, reason=""):
        super().__init__(f"ended with {code}")
        self.code, self.reason = code, reason


class WebSocket:
    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._closing = False
        self.near_port = writer.get_extra_info("sockname")[1]

    @classmethod
    async def connect(cls, port, bearer):
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /ws/v1/notifications HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {bearer}\r\n\r\n".encode()
            )
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            if writer:
                writer.transport.abort()
            raise Ended(1006) from error
        if not head.startswith(b"HTTP/1.1 101 "):
            writer.transport.abort()
            raise Ended(1006, head.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    async def receive(self):
        """The next text message. Answers pings; answers a close frame and raises Ended."""
        try:
            while True:
                opcode, data = await self._frame()
                if opcode == TEXT:
                    return data.decode()
                if opcode == PING:
                    self._send(PONG, data)
                if opcode == CLOSE:
                    if not self._closing:
                        self._send(CLOSE, data[:2])
                    code = struct.unpack(">H", data[:2])[0] if len(data) >= 2 else 1005
                    raise Ended(code, data[2:].decode(errors="replace"))
        except (OSError, EOFError) as error:
            raise Ended(1006) from error

    async def _frame(self):
        head = await self._reader.readexactly(2)
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack(">H", await self._reader.readexactly(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", await self._reader.readexactly(8))[0]
        return head[0] & 0x0F, await self._reader.readexactly(size)

    def _send(self, opcode, data):
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self._writer.write(bytes([0x80 | opcode, 0x80 | len(data)]) + mask + masked)

    def close(self):
        """Begins the closing handshake, as a page that is left. receive() raises Ended when the server has answered."""
        self._closing = True
        self._send(CLOSE, struct.pack(">H", 1000))

    def drop(self):
        """Aborts the connection without a close frame."""
        self._writer.transport.abort()
