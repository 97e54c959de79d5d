"""A process of the fleet, and the times at which it was frozen or ended."""

import asyncio
import json
import signal
import time

CALL_SECONDS = 30  # a call to the API takes 10 s if a process does not answer


class Member:
    def __init__(self, hermod):
        self.hermod = hermod
        self.process = None  # its id among the processes
        self.port = hermod.address.port
        self.freezes = []  # (begun, ended or None)
        self.ended_at = None  # when it was killed, or asked to end

    def frozen(self):
        return bool(self.freezes) and self.freezes[-1][1] is None

    def healthy(self):
        return self.ended_at is None and not self.frozen()

    def freeze(self):
        self.freezes.append((time.monotonic(), None))
        self.hermod.child.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.hermod.child.process.send_signal(signal.SIGCONT)
        self.freezes[-1] = (self.freezes[-1][0], time.monotonic())

    def events(self):
        """The times at which its connections ended, became silent or returned."""
        times = [when for freeze in self.freezes for when in freeze if when is not None]
        return times + ([self.ended_at] if self.ended_at is not None else [])

    def thawed_since(self, begun):
        return any(ended is not None and ended >= begun for _, ended in self.freezes)

    def disturbed(self, begun, ended):
        """Whether it was frozen, or had ended, at some time of this interval."""
        frozen = any(start < ended and (end is None or end > begun) for start, end in self.freezes)
        return frozen or (self.ended_at is not None and self.ended_at < ended)

    async def listed(self, token):
        """The ids of the processes."""
        status, answer = await self.call("GET", "/api/processes", token)
        return [one["id"] for one in answer["processes"]] if status == 200 else []

    def warnings(self):
        lines = self.hermod.child.said().splitlines()
        return [line for line in lines if '"level":"warning"' in line or '"level":"error"' in line]

    async def call(self, method, path, token, body=None):
        """(status, the JSON of the answer). The status is 0 if the process ended before its answer."""
        text = json.dumps(body).encode() if body is not None else b""
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode() + text
            )
            head, _, content = (await asyncio.wait_for(reader.read(), CALL_SECONDS)).partition(b"\r\n\r\n")
            return (int(head.split()[1]), json.loads(content)) if content else (0, {})
        except (OSError, asyncio.TimeoutError):
            return 0, {}
        finally:
            if writer:
                writer.transport.abort()
