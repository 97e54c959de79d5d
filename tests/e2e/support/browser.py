"""Headless Chromium from Debian, driven over the DevTools protocol. `complaints` collects console errors and warnings,
exceptions and policy violations."""

import asyncio
import base64
import functools
import itertools
import json
import os
import shutil

import websockets

from .process import Child, folder
from .sockets import open_socket
from .waiting import PATIENCE_SECONDS, until

FLAGS = [
    "--headless=new",
    "--no-sandbox",  # the tests may run as root, and only open their own pages
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
]


@functools.cache
def chromium():
    """The DevTools address of the Chromium process, which all tests share."""
    profile = folder("chromium")
    program = shutil.which("chromium")
    assert program, "chromium is not installed"
    home = os.environ | {"HOME": profile, "XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile}
    child = Child("chromium", [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"], home)
    port_file = os.path.join(profile, "DevToolsActivePort")

    def address():
        if not child.running():
            raise AssertionError(child.said()[-2000:])
        if not os.path.exists(port_file):
            return None
        with open(port_file, encoding="ascii") as file:
            port, path = (file.read().split() + [None, None])[:2]
        return path and f"ws://127.0.0.1:{port}{path}"

    return until(address, "chromium listens")


def has_text(where, text):
    """An expression: the element that the selector finds contains this text."""
    return f"document.querySelector({json.dumps(where)})?.textContent.includes({json.dumps(text)})"


class Browser:
    """`async with Browser() as browser`: each page has its own profile, which is deleted at the end."""

    async def __aenter__(self):
        self._socket = await open_socket(await asyncio.to_thread(chromium))
        self._contexts = []
        self._numbers = itertools.count(1)
        self._answers = {}
        self._pages = {}
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_):
        for context in self._contexts:
            await self.call("Target.disposeBrowserContext", browserContextId=context)
        self._reader.cancel()
        await self._socket.close()

    async def _read(self):
        try:
            async for text in self._socket:
                said = json.loads(text)
                if "id" in said:
                    answer = self._answers.pop(said["id"], None)
                    if answer and not answer.done():
                        answer.set_result(said)
                elif said.get("sessionId") in self._pages:
                    self._pages[said["sessionId"]].on_event(said["method"], said["params"])
        except websockets.exceptions.ConnectionClosed:
            pass

    async def call(self, method, session=None, **parameters):
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        asked = {"id": number, "method": method, "params": parameters}
        await self._socket.send(json.dumps(asked | ({"sessionId": session} if session else {})))
        said = await asyncio.wait_for(answer, PATIENCE_SECONDS)
        assert "error" not in said, (method, said)
        return said["result"]

    async def open(self, url, width=1280, height=900, dark=False):
        """Opens `url` in a new profile and returns the page when it has loaded."""
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        self._contexts.append(context)
        target = (await self.call("Target.createTarget", url="about:blank", browserContextId=context))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.call(f"{domain}.enable")
        await page.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await page.call("Emulation.setEmulatedMedia", features=[scheme])
        await page.go(url)
        return page


class Page:
    def __init__(self, browser, session):
        self._browser = browser
        self._session = session
        self._loaded = asyncio.Event()
        self.complaints = []
        self.requests = []

    def on_event(self, method, parameters):
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(json.dumps(parameters["entry"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"])

    async def call(self, method, **parameters):
        return await self._browser.call(method, self._session, **parameters)

    async def go(self, url):
        self._loaded.clear()
        await self.call("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), PATIENCE_SECONDS)

    async def run(self, code):
        """The value of an expression; a promise is awaited."""
        said = await self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    async def until(self, code, what=None):
        """Evaluates the expression until it is true, and returns its value."""
        asking = "new Promise((yes) => { const ask = () => { const v = (%s); v ? yes(v) : setTimeout(ask, 20) }; ask() })"
        try:
            return await self.run(asking % code)
        except asyncio.TimeoutError:
            shown = await self.run("document.body.innerText.slice(0, 3000)")
            raise AssertionError(f"still false: {what or code}; complaints {self.complaints}; the page:\n{shown}") from None

    async def key(self, key, code=None, text=None, shift=False):
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if text and kind == "keyDown" else {}
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=code or key, modifiers=8 if shift else 0,
                windowsVirtualKeyCode={"Tab": 9, "Enter": 13}.get(key, 0), **extra,
            )  # fmt: skip

    async def type(self, text):
        await self.call("Input.insertText", text=text)

    async def shot(self, path):
        taken = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(taken["data"]))
