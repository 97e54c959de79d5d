"""WebSocket clients of other projects: Python's websockets and Node's ws."""

import asyncio
import inspect
import json
import os
import subprocess

import websockets

from . import secrets
from .waiting import PATIENCE_SECONDS

try:
    from websockets.legacy.client import connect
except ImportError:
    from websockets import connect

NODE_CLIENT = os.path.join(os.path.dirname(__file__), "node_client.js")
_headers = "extra_headers" if "extra_headers" in inspect.signature(connect.__init__).parameters else "additional_headers"


def open_socket(url, headers=None, max_size=None, **options):
    """Use with `await` or `async with`. The client closes with 1009 if a message exceeds `max_size` bytes."""
    secrets.keep_handshake(url, headers, options.get("subprotocols"))
    if headers:
        options[_headers] = headers
    return connect(url, open_timeout=PATIENCE_SECONDS, ping_interval=None, max_size=max_size, **options)


async def frame(socket):
    return await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS)


async def closed(socket):
    """Waits until the server closes the connection; returns (code, reason). Earlier frames are ignored."""
    try:
        while True:
            await frame(socket)
    except websockets.exceptions.ConnectionClosed:
        return socket.close_code, socket.close_reason


async def refused(url, **options):
    """Connects, expects a close after the upgrade, and returns (code, the JSON of the reason)."""
    async with open_socket(url, **options) as socket:
        code, reason = await closed(socket)
        return code, json.loads(reason)


def node(url, *protocols, headers=None, count=1, max_size=0):
    """The events of one connection of Node's ws, until it has received `count` messages or ended."""
    secrets.keep_handshake(url, headers, protocols)
    asked = {"url": url, "protocols": protocols, "headers": headers or {}, "count": count, "maxPayload": max_size}
    done = subprocess.run(
        ["node", NODE_CLIENT, json.dumps(asked)],
        env=os.environ | {"NODE_PATH": "/usr/share/nodejs"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
