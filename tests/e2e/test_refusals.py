"""Each row of docs/refusals.md: what the client sees, the log line with the value and the setting, and the metric."""

import asyncio
import base64
import json
import os
import pathlib
import re
import signal
import socket
import time
import unittest

from support import secrets
from support.hermod import KEY, Hermod
from support.process import folder
from support.sockets import closed, open_socket, refused
from support.tokens import token
from support.waiting import until

ADMIN = "an-admin-token-for-these-tests"
UPGRADE = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/refusals.md"

# In the integration tests. shutting_down: the HTTP server refuses upgrades before the WebSocket layer does. sockets: without a
# free descriptor, connections wait in the kernel; only a limit that was raised after the start gives a higher descriptor.
# open_answers: 64 answers that wait. api_unavailable: also while the list of the processes is not read yet.
ONLY_INSIDE = {"shutting_down", "sockets", "open_answers"}


def table():
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\w+) \| (.+?) \| (.+?) \| (\w+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {row[0]: dict(zip(("code", "error", "message", "setting", "metric"), row[1:])) for row in rows}


def head_of(headers, target="/ws", method="GET"):
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Rows(unittest.IsolatedAsyncioTestCase):
    """A method `refuse_REASON` causes the refusal and returns (code, message or None, judged value or None)."""

    def serve(self, *flags, **settings):
        hermod = Hermod(*flags, **{"JWT_SECRET_KEY": KEY, "LOG_LEVEL": "INFO"} | settings)
        self.addCleanup(hermod.child.kill)
        return hermod

    def raw(self, hermod, sent):
        """The response to these bytes: (status, message of the error body)."""
        with socket.create_connection((hermod.address.hostname, hermod.address.port), timeout=30) as client:
            client.sendall(sent)
            got = b""
            while b"\r\n\r\n" not in got or not got.rstrip().endswith(b"}"):
                more = client.recv(65536)
                if not more:
                    break
                got += more
        return int(got.split(b" ", 2)[1]), json.loads(got.partition(b"\r\n\r\n")[2])["error"]["message"]

    def asked(self, hermod, method, path, headers=None, body=None):
        status, _, text = hermod.request(method, path, headers, body)
        return status, json.loads(text)["error"]["message"]

    def upgrade(self, hermod, **changes):
        headers = UPGRADE | {name.replace("_", "-"): value for name, value in changes.items()}
        return self.raw(hermod, head_of({name: value for name, value in headers.items() if value is not None}))

    async def socket(self, hermod, given, path="/ws"):
        code, reason = await refused(hermod.socket_url(path, given))
        return code, reason.get("message")

    def admin(self, hermod, method, path, body=None, **headers):
        given = {"Authorization": f"Bearer {ADMIN}", "X-Hermod-Console": "1", "Content-Type": "application/json"} | headers
        return self.asked(hermod, method, path, {name: value for name, value in given.items() if value}, body)

    # --- requests

    async def refuse_malformed_request(self, hermod):
        return *self.raw(hermod, b"GET / HTTP/1.1\r\nno colon\r\n\r\n"), None

    async def refuse_request_head(self, hermod):
        return *self.raw(hermod, head_of({"Host": "localhost", "X": "a" * 17000})), "more than 16384 bytes"

    async def refuse_request_method(self, hermod):
        return *self.asked(hermod, "PUT", "/healthz"), "PUT /healthz"

    async def refuse_request_target(self, hermod):
        return *self.raw(hermod, head_of({"Host": "localhost"}, "ftp://user:word@a.example/x?token=abc")), "a.example/x"

    async def refuse_host_count(self, hermod):
        return *self.raw(hermod, head_of({"Connection": "close"})), None

    async def refuse_host_form(self, hermod):
        return *self.raw(hermod, head_of({"Host": "a/b"})), "a/b"

    async def refuse_body_too_large(self, hermod):
        sent = head_of({"Host": "localhost", "Content-Length": 9000}, "/console/tokens", "POST")
        return *self.raw(hermod, sent), "9000 bytes"

    async def refuse_body_not_accepted(self, hermod):
        return *self.raw(hermod, head_of({"Host": "localhost", "Content-Length": 7}, "/healthz") + b"a-body!"), "7 bytes"

    async def refuse_unknown_path(self, hermod):
        return *self.asked(hermod, "GET", "/nothing?token=abc"), "/nothing"

    async def refuse_page_disabled(self, _):
        self.hermod = self.serve(ENABLE_METRICS="false")
        return *self.asked(self.hermod, "GET", "/metrics"), "/metrics"

    async def refuse_invalid_request(self, hermod):
        status, message = self.admin(hermod, "POST", "/console/tokens", "[]")
        self.assertIn("user must be a string", message)
        return status, None, None

    async def refuse_cors_origin(self, hermod):
        status, headers, _ = hermod.request("GET", "/healthz", {"Origin": "http://other.example"})
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (200, None))
        return 0, None, "http://other.example"

    # --- operators

    async def refuse_admin_token(self, hermod):
        return *self.admin(hermod, "GET", "/console/state", Authorization="Bearer a-wrong-admin-token"), None

    async def refuse_admin_token_guesses(self, _):
        if not hasattr(self, "guessed"):
            self.guessed = self.serve(ADMIN_TOKEN=ADMIN)
            for _ in range(10):
                self.admin(self.guessed, "GET", "/console/state", Authorization="Bearer a-wrong-admin-token")
        self.hermod = self.guessed
        return *self.admin(self.hermod, "GET", "/console/state", Authorization="Bearer a-wrong-admin-token"), None

    async def refuse_console_secret(self, hermod):
        return *self.asked(hermod, "GET", "/console/state"), "GET /console/state"

    async def refuse_console_origin(self, hermod):
        return *self.admin(hermod, "GET", "/console/state", Origin="http://other.example"), "http://other.example"

    async def refuse_console_header(self, hermod):
        return *self.admin(hermod, "POST", "/console/tokens", "{}", **{"X-Hermod-Console": None}), None

    async def refuse_console_type(self, hermod):
        return *self.admin(hermod, "POST", "/console/tokens", "{}", **{"Content-Type": "text/plain"}), "text/plain"

    def in_production(self, **settings):
        brokers = {"REDIS_URL": "redis://127.0.0.1:9", "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"}
        return self.serve(ENVIRONMENT="production", **brokers, **settings)

    async def refuse_console_read_only(self, _):
        self.hermod = self.in_production(ADMIN_TOKEN=ADMIN)
        return *self.admin(self.hermod, "POST", "/console/tokens", "{}"), "/console/tokens"

    async def refuse_console_disabled(self, _):
        self.hermod = self.in_production()
        return *self.asked(self.hermod, "GET", "/console"), None

    async def refuse_api_token(self, hermod):
        return *self.asked(hermod, "GET", "/api/processes"), "/api/processes"

    async def refuse_api_disabled(self, _):
        self.hermod = self.in_production()
        return *self.asked(self.hermod, "GET", "/api/processes"), "/api/processes"

    async def refuse_api_unavailable(self, _):
        self.hermod = self.in_production(ADMIN_TOKEN=ADMIN)
        return *self.admin(self.hermod, "GET", "/api/processes"), None

    # --- upgrades

    async def refuse_no_upgrade(self, hermod):
        value = "GET HTTP/1.1, Upgrade: (none), Connection: close"
        return *self.upgrade(hermod, Upgrade=None, Connection="close"), value

    async def refuse_websocket_version(self, hermod):
        return *self.upgrade(hermod, Sec_WebSocket_Version="8"), "8"

    async def refuse_websocket_key(self, hermod):
        return *self.upgrade(hermod, Sec_WebSocket_Key="short"), "short"

    async def refuse_origin(self, hermod):
        return *self.upgrade(hermod, Origin="http://evil.example"), "http://evil.example"

    async def refuse_draining(self, _):
        self.hermod = self.serve(DRAIN_SECONDS=30)
        async with open_socket(self.hermod.socket_url(token=token())), open_socket(self.hermod.socket_url(token=token())):
            self.hermod.child.process.send_signal(signal.SIGTERM)
            until(lambda: self.hermod.get("/healthz/ready")[0] == 503, "it drains")
            self.judge("draining", *self.upgrade(self.hermod, Authorization=f"Bearer {token()}"), None)
        return None

    async def refuse_connections(self, _):
        self.hermod = self.serve(WEBSOCKET_MAX_CONNECTIONS=1)
        async with open_socket(self.hermod.socket_url(token=token())):
            return *self.upgrade(self.hermod, Authorization=f"Bearer {token()}"), "1"

    async def refuse_refusals_per_address(self, _):
        self.hermod = self.serve()
        for _ in range(20_000):
            with socket.create_connection((self.hermod.address.hostname, self.hermod.address.port), timeout=30) as client:
                client.sendall(head_of(UPGRADE))
                answer = client.recv(65536)
            if b" 101 " not in answer:
                return int(answer.split(b" ")[1]), json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["message"], "127.0.0.1"
        raise AssertionError("the budget of the address was not used up")

    async def refuse_token_missing(self, hermod):
        return *await self.socket(hermod, None), None

    async def refuse_token_malformed(self, hermod):
        return *await self.socket(hermod, "no-token"), None

    async def refuse_token_algorithm(self, hermod):
        return *await self.socket(hermod, token(header={"alg": "HS512"})), "HS512"

    async def refuse_token_key(self, _):
        keys = os.path.join(folder("keys"), "jwks.json")
        with open(keys, "w", encoding="utf-8") as file:
            key = base64.urlsafe_b64encode(KEY.encode()).rstrip(b"=").decode()
            json.dump({"keys": [{"kty": "oct", "kid": "one", "alg": "HS256", "k": key}]}, file)
        self.hermod = self.serve(JWT_SECRET_KEY="", JWT_JWKS_FILE=keys)
        return *await self.socket(self.hermod, token(header={"kid": "another"})), "another"

    async def refuse_token_signature(self, hermod):
        return *await self.socket(hermod, token(KEY[::-1])), None

    async def refuse_token_expired(self, hermod):
        return *await self.socket(hermod, token(exp=1_700_000_000)), "2023-11-14T22:13:20.000Z"

    async def refuse_token_not_yet_valid(self, hermod):
        return *await self.socket(hermod, token(nbf=4_000_000_000)), "2096-10-02T07:06:40.000Z"

    async def refuse_token_audience(self, hermod):
        return *await self.socket(hermod, token(aud=["one", "two"])), "one, two"

    async def refuse_token_issuer(self, hermod):
        return *await self.socket(hermod, token(iss="another-issuer")), "another-issuer"

    async def refuse_token_claims(self, hermod):
        return *await self.socket(hermod, token(sub=None)), "no sub"

    async def refuse_token_revoked(self, hermod):
        given = token(sub="gone", iat=int(time.time()) - 5)
        async with open_socket(hermod.socket_url(token=given)) as client:
            headers = {"Authorization": f"Bearer {ADMIN}"}
            self.assertEqual(hermod.request("POST", "/api/users/gone/disconnect", headers, '{"revoke": true}')[0], 200)
            await closed(client)
        return *await self.socket(hermod, given), "gone"

    async def refuse_key_withdrawn(self, _):
        path = pathlib.Path(folder("keys")) / "secret"
        path.write_text(KEY, encoding="utf-8")
        self.hermod = Hermod(JWT_SECRET_KEY="", JWT_SECRET_KEY_FILE=str(path), JWT_END_WITHDRAWN_KEYS="true", LOG_LEVEL="INFO")
        self.addCleanup(self.hermod.child.kill)
        async with open_socket(self.hermod.socket_url(token=token(sub="ann"))) as client:
            path.write_text("another-secret-of-more-than-32-bytes", encoding="utf-8")
            self.hermod.child.process.send_signal(signal.SIGHUP)
            code, reason = await closed(client)
        return code, json.loads(reason)["message"], "ann"

    async def refuse_other_user(self, hermod):
        return *await self.socket(hermod, token(), "/ws/v1/status/ben"), "ben"

    async def refuse_device(self, hermod):
        async with open_socket(hermod.socket_url(token=token()) + "&device=a/b") as client:
            code, reason = await closed(client)
        return code, json.loads(reason)["message"], "a/b"

    async def refuse_connects_per_user(self, hermod):
        given = token(sub="often")
        for _ in range(50):
            async with open_socket(hermod.socket_url(token=given)) as client:
                try:
                    await asyncio.wait_for(client.recv(), 0.01)
                except asyncio.TimeoutError:
                    continue
                except Exception:  # closed by hermod
                    reason = json.loads(client.close_reason)
                    self.assertEqual(reason["error_code"], "RATE_LIMIT")
                    return client.close_code, reason.get("message"), "often"
        raise AssertionError("not limited")

    async def refuse_connections_per_user(self, hermod):
        url = hermod.socket_url(token=token(sub="tabs"))
        clients = [await open_socket(url) for _ in range(5)]
        try:
            code, reason = await refused(url)
        finally:
            for client in clients:
                await client.close()
        return code, reason["message"], "tabs"

    async def refuse_early_data(self, hermod):
        with socket.create_connection((hermod.address.hostname, hermod.address.port), timeout=30) as client:
            client.sendall(head_of(UPGRADE | {"Authorization": f"Bearer {token(sub='early')}"}) + b"\x00" * 4096)
            got = b""
            while b"}" not in got:
                got += client.recv(65536)
        frame = got.partition(b"\r\n\r\n")[2]
        self.assertEqual(frame[0], 0x88)
        return int.from_bytes(frame[2:4], "big"), json.loads(frame[4:])["message"], None

    # --- new tokens of connected clients

    async def refresh(self, hermod, *tokens):
        async with open_socket(hermod.socket_url(token=token())) as client:
            for given in tokens:
                await client.send(json.dumps({"type": "authenticate", "token": given}))
            code, reason = await closed(client)
        return code, json.loads(reason)["message"]

    async def refuse_refresh_rate(self, hermod):
        return *await self.refresh(hermod, token(), token()), "ann"

    async def refuse_refresh_subject(self, hermod):
        return *await self.refresh(hermod, token(sub="ben")), "ann"

    # --- the tests

    def lines(self, reason):
        parsed = (json.loads(line) for line in self.hermod.child.said().splitlines() if line.startswith("{"))
        return [line for line in parsed if line.get("reason") == reason and "setting" in line]

    def count(self, row):
        if self.hermod.get("/metrics")[0] != 200:
            return None
        return self.hermod.metric(f'hermod_refusals_total{{reason="{row["metric"]}"}}')

    def judge(self, reason, code, message, value):
        row = table()[reason]
        self.assertEqual(str(code), row["code"].replace("-", "0"))
        if message is not None:
            self.assertEqual(message, row["message"])
        line = until(lambda: self.lines(reason), f"a log line about {reason}")[0]
        self.assertEqual((line["setting"], line["code"]), (row["setting"], code))
        self.assertIn("user" if reason.startswith("refresh_") else "client", line)
        if value is not None:
            self.assertEqual(line["value"], value)
        count = self.count(row)
        if count is not None:
            self.assertGreaterEqual(count, 1)

    async def test_each_row_is_answered_logged_and_counted(self):
        rows = table()
        acts = {name.removeprefix("refuse_"): getattr(self, name) for name in dir(self) if name.startswith("refuse_")}
        self.assertEqual(set(acts) | ONLY_INSIDE, set(rows))
        shared = self.serve(ADMIN_TOKEN=ADMIN)
        for reason, act in acts.items():
            with self.subTest(reason=reason):
                self.hermod = shared
                answer = await act(shared)
                if reason == "admin_token_guesses":  # its line comes a second after those of admin_token
                    while not self.lines(reason):
                        answer = await act(shared)
                if answer is not None:
                    self.judge(reason, *answer)
        self.assertEqual(shared.stop(), 0)
        for secret in (ADMIN, "a-wrong-admin-token", "user:word", "token=abc"):
            self.assertNotIn(secret, shared.child.said())

    async def test_a_refused_refresh_is_counted_and_names_the_claim(self):
        self.hermod = self.serve()
        code, message = await self.refresh(self.hermod, token(aud="another-audience"))
        self.assertEqual((code, message), (1008, "wrong audience"))
        line = until(lambda: self.lines("token_audience"), "a log line")[0]
        self.assertEqual((line["value"], line["setting"]), ("another-audience", "JWT_AUDIENCE"))
        self.assertEqual(self.hermod.metric('hermod_refusals_total{reason="TOKEN_REFRESH"}'), 1)
        self.assertEqual(self.hermod.metric('websocket_connections_total{status="rejected"}'), 0)

    def test_many_refusals_for_one_reason_are_one_line_a_second(self):
        self.hermod = self.serve()
        start = time.monotonic()
        for number in range(300):
            self.assertEqual(self.hermod.get(f"/nothing-{number}")[0], 404)
        seconds = time.monotonic() - start
        self.assertLessEqual(len(self.lines("unknown_path")), seconds + 2)
        self.assertEqual(self.hermod.metric('hermod_refusals_total{reason="REQUEST"}'), 300)

    def test_a_token_in_the_wrong_place_is_not_logged(self):
        self.hermod = self.serve()
        given = token()
        self.assertEqual(self.hermod.get(f"/{given}")[0], 404)
        self.assertEqual(until(lambda: self.lines("unknown_path"), "a log line")[0]["value"], "/")
        self.assertNotIn(given.partition(".")[0], self.hermod.child.said())


class AuditLog(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.path = os.path.join(folder("audit"), "hermod.toml")
        self.configure('cors_origins = ["https://app.example"]')
        self.hermod = Hermod("--config", self.path, AUDIT_LOG="true", ADMIN_TOKEN=ADMIN, LOG_LEVEL="INFO")
        self.addCleanup(self.hermod.child.kill)

    def configure(self, text):
        pathlib.Path(self.path).write_text(text + "\n", encoding="utf-8")

    def events(self, name):
        return [line for line in map(json.loads, self.hermod.child.said().splitlines()) if line["event"] == name]

    def event(self, name):
        return until(lambda: self.events(name), name)[-1]

    def reload(self):
        before = len(self.events("audit.reload"))
        self.hermod.child.process.send_signal(signal.SIGHUP)
        until(lambda: len(self.events("audit.reload")) > before, "it has read its settings")
        return self.event("audit.reload")["reason"]

    async def test_each_event_names_who_and_what(self):
        given = token(header={"kid": "key-7"})
        headers = {"Origin": "https://app.example", "X-Correlation-ID": "the-one"}
        async with open_socket(self.hermod.socket_url(token=given), headers) as client:
            connect = self.event("audit.connect")
            expected = {"user": "ann", "address": "127.0.0.1", "origin": "https://app.example", "kid": "key-7"}
            self.assertEqual({name: connect[name] for name in expected}, expected)
            self.assertEqual(connect["correlation_id"], "the-one")
            await client.send(json.dumps({"type": "authenticate", "token": token(header={"kid": "key-8"})}))
            await client.recv()
            refresh = self.event("audit.refresh")
            self.assertEqual((refresh["user"], refresh["address"], refresh["kid"]), ("ann", "127.0.0.1", "key-8"))
        end = self.event("audit.end")
        self.assertEqual((end["user"], end["address"], end["code"]), ("ann", "127.0.0.1", 1000))
        self.assertEqual((end["correlation_id"], end["connection"]), ("the-one", connect["connection"]))
        self.assertGreaterEqual(end["duration_ms"], 0)

    async def test_repeated_refusals_are_one_line_with_their_count(self):
        for _ in range(30):
            await refused(self.hermod.socket_url(token="no-token"))
        until(lambda: sum(event["count"] for event in self.events("audit.refusal")) == 30, "all are counted")
        self.assertLess(len(self.events("audit.refusal")), 30)
        refusal = self.event("audit.refusal")
        self.assertEqual((refusal["reason"], refusal["address"], refusal["code"]), ("token_malformed", "127.0.0.1", 1008))

    def test_a_sign_in_of_an_operator_is_recorded_once(self):
        for _ in range(3):
            self.assertEqual(self.hermod.get("/console/state", Authorization=f"Bearer {ADMIN}")[0], 200)
        self.assertEqual(self.hermod.get("/console/state", Authorization="Bearer wrong")[0], 401)
        until(lambda: self.events("audit.refusal"), "the wrong token is recorded")
        signed_in = [event for event in self.events("audit.admin") if event["reason"] == "sign_in"]
        self.assertEqual([event["address"] for event in signed_in], ["127.0.0.1"])

    def test_an_action_of_an_operator(self):
        headers = {"Authorization": f"Bearer {ADMIN}", "X-Hermod-Console": "1", "Content-Type": "application/json"}
        status, _, body = self.hermod.request("POST", "/console/tokens", headers, '{"user":"ann"}')
        self.assertEqual(status, 200)
        secrets.keep_token(json.loads(body)["token"])
        action = self.event("audit.admin")
        self.assertEqual((action["reason"], action["user"], action["code"]), ("mint", "ann", 200))

    def test_an_operator_who_begins_to_observe_a_user(self):
        def observed():
            return [one for one in self.events("audit.admin") if one["reason"] == "watch"]

        for _ in range(3):
            self.assertEqual(self.hermod.get("/console/feed?user=ben", Authorization=f"Bearer {ADMIN}")[0], 200)
        until(observed, "it is in the audit log")
        self.assertEqual([(one["user"], one["code"]) for one in observed()], [("ben", 200)])

    def test_a_disconnect_and_a_broadcast(self):
        headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}
        until(lambda: self.hermod.get("/api/processes", **headers)[0] == 200, "the list of the processes is read")
        self.assertEqual(self.hermod.request("POST", "/api/users/ann/disconnect", headers, "{}")[0], 200)
        action = self.event("audit.admin")
        self.assertEqual((action["reason"], action["user"], action["code"]), ("disconnect", "ann", 200))
        body = '{"notification_type":"maintenance","payload":{}}'
        self.assertEqual(self.hermod.request("POST", "/api/broadcast", headers, body)[0], 200)
        until(lambda: self.event("audit.admin")["reason"] == "broadcast", "the broadcast is in the audit log")

    def test_a_reload_names_what_changed_and_not_its_value(self):
        self.assertEqual(self.reload(), "no setting changed")
        self.configure('cors_origins = ["https://other.example"]\ndrain_seconds = 3')
        self.assertEqual(self.reload(), "DRAIN_SECONDS, CORS_ORIGINS")
        self.configure("drain_seconds = -1")
        self.assertRegex(self.reload(), "^refused: drain_seconds")


if __name__ == "__main__":
    unittest.main()
