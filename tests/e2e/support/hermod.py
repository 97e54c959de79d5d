"""Runs the program under test as an operator does."""

import http.client
import json
import os
import re
import subprocess
import urllib.parse

from . import secrets
from .process import Child, folder
from .waiting import until

BINARY = os.environ.get("HERMOD_BINARY", "build-test/hermod")
KEY = "a-test-key-that-is-long-enough-for-hs256-0123456789"
READY = re.compile(r"^hermod ready on (http://\S+:\d+)$")


def environment(**settings):
    """The variables that any program needs, and the settings; no other variables of the caller."""
    secrets.keep_settings(settings)
    base = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": folder("runtime"), "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "GCOV_PREFIX"):
        if name in os.environ:
            base[name] = os.environ[name]
    return base | {name: str(value) for name, value in settings.items()}


def run(*arguments, settings=None, text=None, timeout=60):
    """Runs another command than `serve`, and returns the finished process."""
    done = subprocess.run(
        [BINARY, *arguments],
        env=settings or environment(),
        input=text if text is not None else "",
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    secrets.heard(done.stderr)
    if arguments[:1] == ("token",):
        secrets.keep_token(done.stdout.strip())
    return done


class Hermod:
    def __init__(self, *flags, **settings):
        self.settings = environment(
            **{"WEBSOCKET_HOST": "127.0.0.1", "WEBSOCKET_PORT": 0, "JWT_SECRET_KEY": KEY, "LOG_LEVEL": "DEBUG"} | settings
        )
        self.child = Child("hermod", [BINARY, "serve", *flags], self.settings, stdout=subprocess.PIPE)
        line = self.child.process.stdout.readline().decode().rstrip("\n")
        ready = READY.match(line)
        if not ready:
            status = self.child.stop()
            raise AssertionError(f"expected the ready line, got {line!r}, status {status}, log:\n{self.child.said()}")
        self.url = ready.group(1)
        self._keep_generated_key()
        self.address = urllib.parse.urlsplit(self.url)
        self.operators = self._operators_address() if settings.get("ADMIN_PORT") is not None else self.address

    def _keep_generated_key(self):
        state = os.path.join(self.settings["XDG_RUNTIME_DIR"], "hermod", "dev.json")
        if os.path.exists(state):
            with open(state, encoding="utf-8") as file:
                for value in json.load(file).values():
                    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_+/=-]{32,}", value):
                        secrets.keep(value, "the generated key")

    def _operators_address(self):
        """The address of the operators' interface, which the log names."""
        shown = re.compile(r"operators' interface enabled.*?(http://[^\s\"]+:\d+)")
        until(lambda: shown.search(self.child.said()), "the log names the operators' interface")
        return urllib.parse.urlsplit(shown.search(self.child.said()).group(1))

    def stop(self):
        status = self.child.stop()
        log = self.child.said()
        assert "Sanitizer" not in log, log[-5000:]
        return status

    def token(self, user, *arguments):
        done = run("token", user, *arguments, settings=self.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def socket_url(self, path="/ws/v1/notifications", token=None):
        query = f"?token={urllib.parse.quote(token)}" if token is not None else ""
        return f"ws://{self.address.netloc}{path}{query}"

    def request(self, method, path, headers=None, body=None, to=None):
        """Sends one request and returns (status, headers, body). It goes to the public port, or to another address."""
        address = to or self.address
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, headers)

    def page(self, path):
        """(status, the JSON of the body), from the port for operators if there is one."""
        status, _, body = self.request("GET", path, to=self.operators)
        return status, json.loads(body)

    def metric(self, sample):
        """The value of one sample now, by its name and labels as written on /metrics.

        hermod may repeat an earlier text of the page, so that scrapes do not take the time of notifications. A text
        that was written during this call has counted the call's first request.
        """
        scrapes = 'websocket_http_requests_total{method="GET",endpoint="/metrics",http_status="200"}'
        first = self._samples()
        return until(lambda: (now := self._samples())[scrapes] > first[scrapes] and now, "a new text of /metrics")[sample]

    def _samples(self):
        status, _, text = self.request("GET", "/metrics", to=self.operators)
        assert status == 200, f"/metrics: {status}"
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}

    def wait_for_kafka(self):
        until(lambda: self.page("/healthz/kafka")[0] == 200, "hermod reports Kafka as healthy")

    def wait_for_redis(self):
        until(lambda: self.page("/healthz/redis")[0] == 200, "hermod reports Redis as healthy")
