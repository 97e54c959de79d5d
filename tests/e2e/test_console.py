"""The console's endpoints: what they show and do, and for which clients. test_browser.py tests the page."""

import asyncio
import base64
import hashlib
import json
import os
import re
import signal
import socket
import unittest

from support.hermod import Hermod, environment, run
from support.hermod_test_case import HermodTestCase, kafka
from support.process import folder
from support.sockets import frame, open_socket
from support.waiting import until

TOKEN = "an-admin-token-of-some-length"
BEARER = f"Bearer {TOKEN}"
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Anything", "Forwarded", "Via", "X-Real-IP")
READS = ("/console", "/console/", "/console/state", "/console/feed")
CHANGES = ("/console/notifications", "/console/tokens")
JSON = "application/json"
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
NOTIFICATION = {"user": "ann", "type": "t", "category": "system_alerts", "priority": "low", "payload": {"a": 1}}


def post(hermod, path, body, **headers):
    """Sends a POST like the page with ADMIN_TOKEN, without the headers that are None. Returns (status, headers, body)."""
    sent = {"Content-Type": JSON, "X-Hermod-Console": "1", "Authorization": BEARER} | {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return hermod.request("POST", path, {name: value for name, value in sent.items() if value is not None}, text)


def send(hermod, **fields):
    status, _, body = post(hermod, "/console/notifications", NOTIFICATION | fields)
    assert status == 202, body
    return json.loads(body)["correlation_id"]


def state(hermod, query="", **headers):
    status, _, body = hermod.request("GET", f"/console/state{query}", {"Authorization": BEARER} | headers)
    assert status == 200, body
    return json.loads(body)


class RealPath(HermodTestCase):
    """With a real Kafka and Redis."""

    settings = {"ADMIN_TOKEN": TOKEN}

    async def test_a_test_notification_goes_the_way_of_all(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as connection:
            correlation_id = send(self.hermod, user=user, type="from_the_console", payload={"ä": "ö"})
            got = json.loads(await frame(connection))
        self.assertEqual((got["notification_type"], got["payload"]), ("from_the_console", {"ä": "ö"}))
        self.assertEqual((got["teacher_id"], got["correlation_id"]), (user, correlation_id))
        key, value, _ = next(record for record in kafka().records(self.topic) if record[0] == user)
        record = json.loads(value)
        self.assertEqual((key, record["source_service"], record["event_type"]), (user, "hermod-console", self.topic))

        def settled():
            sent = next(one for one in state(self.hermod)["sent"] if one["correlation_id"] == correlation_id)
            return sent if sent["state"] != "waiting" else None

        sent = until(settled, "Kafka's reply is shown")
        self.assertEqual(sent["state"], "acknowledged")
        self.assertRegex(sent["detail"], f"^{re.escape(self.topic)} \\d \\d+$")

    async def test_a_minted_token_connects(self):
        user = self.user()
        status, _, body = post(self.hermod, "/console/tokens", {"user": user})
        self.assertEqual(status, 200)
        minted = json.loads(body)
        self.assertEqual(set(minted), {"token", "expires_at"})
        async with open_socket(self.hermod.socket_url(token=minted["token"])) as connection:
            text = self.send(user)
            self.assertEqual(await frame(connection), text)
        self.assertNotIn(minted["token"], self.hermod.child.said())

    async def test_it_shows_the_parts_and_who_is_connected(self):
        user = self.user()
        async with open_socket(self.socket_url(user)), open_socket(self.socket_url(user)):
            until(lambda: state(self.hermod)["kafka"]["lag"], "partitions are assigned")
            query = f"?user={user[4:]}"
            live = ["live", "live"]
            until(lambda: [one["state"] for one in state(self.hermod, query)["listed"]] == live, "both are live")
            shown = state(self.hermod, query)
            self.assertTrue(shown["ready"] and shown["redis"]["up"] and shown["kafka"]["up"], shown)
            self.assertEqual(shown["reasons"], [])
            self.assertEqual([one["user"] for one in shown["listed"]], [user, user])
            self.assertEqual((shown["matching"], shown["listed"][0]["state"]), (2, "live"))
            self.assertGreaterEqual(shown["connections"], 2)
            self.assertEqual(len(shown["event_age"]["counts"]), len(shown["event_age"]["bounds"]) + 1)
            self.assertEqual({one["topic"] for one in shown["kafka"]["lag"]}, {self.topic, self.other_topic})
            self.assertEqual(state(self.hermod, "?user=no-such-user")["listed"], [])
        self.assertEqual(self.hermod.get("/console/state?user=%zz", Authorization=BEARER)[0], 400)

    async def test_who_does_not_answer_is_slow(self):
        user = self.user()

        def slow():
            # A connection is also shown, for a moment, while it has something to send.
            return any(one["user"] == user and one["unanswered_ms"] > 2000 for one in state(self.hermod)["slow"])

        async with open_socket(self.socket_url(user)) as connection:
            await connection.ping()
            connection.transport.pause_reading()
            self.send(user)
            until(slow, "the client is shown, silent for more than two seconds")
            connection.transport.resume_reading()
            await frame(connection)

    def test_it_shows_dead_letters_escaped_and_cut(self):
        user = self.user()
        value = '{"teacher_id": "\u202e", "x": "' + "y" * 1000 + '"}'
        kafka().produce(self.topic, value, key=user)

        def letter():
            return next((one for one in state(self.hermod)["dead_letters"] if one["user"] == user), None)

        shown = until(letter, "the dead letter is shown")
        self.assertEqual((shown["topic"], shown["reason"]), (self.topic, "missing_field"))
        self.assertEqual(shown["bytes"], len(value.encode()))
        self.assertLess(len(shown["value"]), 300)
        self.assertIn("\\u202e", shown["value"])
        self.assertTrue(shown["value"].endswith("…"))

    async def test_it_lists_a_hundred_at_most(self):
        connections = []
        for _ in range(21):
            user = self.user()
            connections += [await open_socket(self.socket_url(user)) for _ in range(5)]
        until(lambda: state(self.hermod)["matching"] >= 105, "all are admitted")
        self.assertEqual(len(state(self.hermod)["listed"]), 100)
        for connection in connections:
            await connection.close()


class Kept(unittest.IsolatedAsyncioTestCase):
    """One hermod per class, with `settings`."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.hermod = Hermod(**cls.settings)
        cls.port = cls.hermod.address.port

    @classmethod
    def tearDownClass(cls):
        assert cls.hermod.stop() == 0, cls.hermod.child.said()[-5000:]

    def status(self, path, **headers):
        return self.hermod.request("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})[0]

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.port), 30) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return received


class ConfiguredKey(Kept):
    """Development with a configured key and without ADMIN_TOKEN: the page and figures only."""

    def test_no_way_to_ask_mints_or_sends(self):
        """A local proxy that adds no header and sends any Host looks like a local browser."""
        own = f"127.0.0.1:{self.port}"
        for host in (own, f"localhost:{self.port}", "staging.example"):
            for more in ({}, {"Origin": f"http://{host}"}, {"X-Forwarded-For": "203.0.113.9"}):
                for path in CHANGES:
                    status, headers, body = post(self.hermod, path, NOTIFICATION, Authorization=None, Host=host, **more)
                    self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"), (host, more, path))
                    self.assertNotIn("token\":", body)
        for authorization in ("Bearer ", "Bearer", BEARER, "Bearer undefined", "Basic Og=="):
            self.assertIn(post(self.hermod, "/console/tokens", {"user": "ann"}, Authorization=authorization)[0], (401, 429))

    def test_figures_are_shown_under_the_names_of_this_machine(self):
        for host in (f"127.0.0.1:{self.port}", f"localhost:{self.port}", f"LocalHost:{self.port}", f"[::1]:{self.port}"):
            self.assertEqual(self.status("/console/state", Host=host), 200, host)

    async def test_no_person_is_shown(self):
        async with open_socket(self.hermod.socket_url(token=self.hermod.token("ann-of-the-figures"))):
            until(lambda: json.loads(self.hermod.get("/console/state")[2])["connections"] >= 1, "the connection is counted")
            shown = json.loads(self.hermod.get("/console/state")[2])
            self.assertTrue(shown["locked"])
            self.assertEqual([shown[name] for name in ("listed", "slow", "dead_letters", "sent")], [[], [], [], []])
            self.assertNotIn("ann-of-the-figures", json.dumps(shown))

    def test_a_name_that_was_made_to_lead_here_is_refused(self):
        others = ("evil.example", f"evil.example:{self.port}", f"localhost.evil.example:{self.port}", f"127.0.0.2:{self.port}")
        odd = ("localhost", f"localhost:{self.port + 1}", "localhost:")
        for host in others + odd:
            self.assertEqual(self.status("/console/state", Host=host), 401, host)
        for host in (f"localhost:{self.port}x", f"localhost:0{self.port}0", "[::1", ""):
            self.assertEqual(self.status("/console/state", Host=host), 400, host)
        target = f"GET http://evil.example/console/state HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n"
        self.assertTrue(self.raw(target.encode()).startswith(b"HTTP/1.1 401"))

    def test_behind_a_proxy_it_is_refused(self):
        for name in PROXY_HEADERS:
            self.assertEqual(self.hermod.request("GET", "/console/state", {name: "127.0.0.1"})[0], 401, name)

    def test_the_page_holds_nothing_and_is_given_to_all(self):
        status, _, page = self.hermod.request("GET", "/console", {"Host": "dev.example", "X-Forwarded-For": "203.0.113.9"})
        self.assertEqual(status, 200)
        self.assertIn("ADMIN_TOKEN", page)


class GeneratedKey(unittest.TestCase):
    """`hermod serve` without settings prints the console's link with its secret."""

    @classmethod
    def setUpClass(cls):
        cls.hermod = Hermod(JWT_SECRET_KEY="")
        lines = [cls.hermod.child.process.stdout.readline().decode() for _ in range(6)]
        (link,) = re.findall(r"in a browser: (\S+)\n", "".join(lines))
        cls.link, _, cls.secret = link.partition("#")

    @classmethod
    def tearDownClass(cls):
        assert cls.hermod.stop() == 0, cls.hermod.child.said()[-5000:]
        assert cls.secret not in cls.hermod.child.said()

    def test_the_link_leads_to_the_page_and_carries_a_secret(self):
        self.assertEqual(self.link, f"{self.hermod.url}/console")
        self.assertRegex(self.secret, "^[A-Za-z0-9_-]{43}$")

    def test_the_state_file_holds_it_for_its_owner_only(self):
        path = os.path.join(self.hermod.settings["XDG_RUNTIME_DIR"], "hermod", "dev.json")
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        self.assertEqual(kept["console_secret"], self.secret)
        self.assertNotEqual(kept["key"], self.secret)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)

    def test_it_mints_and_shows_from_anywhere(self):
        for more in ({}, {"Host": "dev.example"}, {"X-Forwarded-For": "203.0.113.9"}):
            headers = {"Authorization": f"Bearer {self.secret}"} | more
            status, _, body = post(self.hermod, "/console/tokens", {"user": "ann"}, **headers)
            self.assertEqual(status, 200, body)
            self.assertFalse(state(self.hermod, **headers)["locked"])

    def test_nothing_is_minted_without_it(self):
        self.assertEqual(post(self.hermod, "/console/tokens", {"user": "ann"}, Authorization=None)[0], 401)
        for query in (f"?token={self.secret}", f"?{self.secret}"):
            self.assertEqual(post(self.hermod, f"/console/tokens{query}", {"user": "ann"}, Authorization=None)[0], 401)
        self.assertEqual(post(self.hermod, "/console/tokens", {"user": "ann"}, Authorization=f"Bearer {self.secret[:-1]}")[0], 401)


class Guesses(unittest.TestCase):
    def test_they_are_limited_for_the_process_and_counted_and_the_right_token_passes(self):
        hermod = Hermod(ADMIN_TOKEN=TOKEN)
        for number in range(10):
            given = {"Authorization": f"Bearer a-guess-{number}", "X-Forwarded-For": f"203.0.113.{number}"}
            self.assertEqual(hermod.request("GET", "/console/state", given)[0], 401)
        status, headers, body = hermod.request("GET", "/console/state", {"Authorization": "Bearer a-guess-of-mine"})
        self.assertEqual((status, json.loads(body)["error"]["code"]), (429, "RATE_LIMIT"))
        self.assertTrue(1 <= int(headers["Retry-After"]) <= 60)
        self.assertEqual(hermod.get("/console/state")[0], 401)
        self.assertFalse(state(hermod)["locked"])
        self.assertEqual(post(hermod, "/console/tokens", {"user": "ann"})[0], 200)
        self.assertEqual(hermod.metric('hermod_refusals_total{reason="ADMIN_TOKEN"}'), 11)
        self.assertEqual(hermod.metric('hermod_limits_struck_total{limit="admin_token_guesses"}'), 1)
        self.assertEqual(hermod.stop(), 0)
        self.assertIn("a wrong ADMIN_TOKEN", hermod.child.said())
        self.assertNotIn("a-guess", hermod.child.said())
        self.assertNotIn(TOKEN, hermod.child.said())


class ThisMachine(Kept):
    """Development with ADMIN_TOKEN."""

    settings = {"ADMIN_TOKEN": TOKEN}

    def test_another_page_is_refused(self):
        for origin in ("http://localhost:5173", f"http://localhost:{self.port}", "http://evil.example", "null", "x", f"ftp://127.0.0.1:{self.port}"):
            self.assertEqual(self.status("/console/state", Origin=origin, Authorization=BEARER), 403, origin)
            for path in CHANGES:
                self.assertEqual(post(self.hermod, path, NOTIFICATION, Origin=origin)[0], 403, origin)
        own = f"http://127.0.0.1:{self.port}"
        self.assertEqual(self.status("/console/state", Origin=own, Authorization=BEARER), 200)
        self.assertEqual(post(self.hermod, "/console/tokens", {"user": "ann"}, Origin=own)[0], 200)

    def test_no_other_page_is_given_leave(self):
        """http://localhost:5173 may connect and read the health endpoints, but not use the console."""
        for path in READS + CHANGES:
            for method in ("GET", "OPTIONS"):
                _, headers, _ = self.hermod.request(method, path, {"Origin": "http://localhost:5173"})
                self.assertEqual([name for name in headers if name.lower().startswith("access-control")], [], path)
        self.assertIn("Access-Control-Allow-Origin", self.hermod.request("GET", "/healthz", {"Origin": "http://localhost:5173"})[1])

    def test_a_change_is_a_post_of_json_with_a_header_of_its_own(self):
        for path in CHANGES:
            status, headers, _ = self.hermod.request("GET", path)
            self.assertEqual((status, headers["Allow"]), (405, "POST, OPTIONS"))
            self.assertEqual(post(self.hermod, path, NOTIFICATION, X_Hermod_Console=None)[0], 403)
            for kind in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
                self.assertEqual(post(self.hermod, path, NOTIFICATION, Content_Type=kind)[0], 415, kind)
            self.assertIn(post(self.hermod, path, NOTIFICATION, Content_Type=f"{JSON}; charset=utf-8")[0], (200, 202))
        for path in READS:
            self.assertEqual(self.hermod.request("POST", path, {"X-Hermod-Console": "1"})[0], 405)

    def test_what_a_change_says_is_judged(self):
        wrong = ["", "no json", "[]", "{}", b'{"user": "\xff"}', json.dumps({"user": 7}), json.dumps({"user": ""})]
        wrong.append(json.dumps({"user": "x" * 257}))
        for body in wrong:
            for path in CHANGES:
                self.assertEqual(post(self.hermod, path, body)[0], 400, body)
        for name in NOTIFICATION:
            body = {key: value for key, value in NOTIFICATION.items() if key != name}
            self.assertEqual(post(self.hermod, "/console/notifications", body)[0], 400, name)
            self.assertEqual(post(self.hermod, "/console/notifications", body | {name: [1]})[0], 400, name)

    def test_bodies_are_bounded_and_may_come_in_pieces(self):
        head = f"POST /console/tokens HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: {JSON}\r\nX-Hermod-Console: 1\r\nAuthorization: {BEARER}\r\n"
        body = json.dumps({"user": "ann"} | {"pad": "x" * 7000})
        self.assertEqual(post(self.hermod, "/console/tokens", body)[0], 200)
        self.assertEqual(post(self.hermod, "/console/tokens", body + " " * 2000)[0], 413)
        chunked = (head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").encode()
        self.assertTrue(self.raw(chunked).startswith(b"HTTP/1.1 413"))
        whole = f'{head}Content-Length: 14\r\n\r\n{{"user":"ann"}}'.encode()
        self.assertEqual(self.raw(whole * 3).count(b"HTTP/1.1 200 OK"), 3)
        with socket.create_connection(("127.0.0.1", self.port), 30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(len(whole)):
                connection.sendall(whole[at : at + 1])
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200"))
        self.assertEqual(self.raw(whole[:-1]), b"")
        # A path that accepts no body still rejects one.
        self.assertEqual(self.hermod.request("GET", "/console", body="x")[0], 413)

    def test_the_page_holds_nothing_that_its_policy_does_not_name(self):
        status, headers, page = self.hermod.request("GET", "/console")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        for tag in ("script", "style"):
            (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            self.assertEqual(policy[f"{tag}-src"], f"'sha256-{digest}'")
        self.assertEqual((policy["default-src"], policy["connect-src"]), ("'none'", "'self'"))
        for name in ("base-uri", "form-action", "frame-ancestors"):
            self.assertEqual(policy[name], "'none'")
        markup = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
        self.assertIsNone(re.search(r"\s(on\w+|style)\s*=", markup))
        self.assertIsNone(re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", page))
        self.assertEqual(set(re.findall(r"https?://[\w./-]+", page)), {"http://www.w3.org/2000/svg"})
        self.assertEqual((headers["X-Content-Type-Options"], headers["X-Frame-Options"]), ("nosniff", "DENY"))
        self.assertEqual((headers["Cache-Control"], headers["Referrer-Policy"]), ("no-store", "no-referrer"))

    def test_with_a_slash_behind_it_leads_to_the_page(self):
        status, headers, _ = self.hermod.request("GET", "/console/")
        self.assertEqual((status, headers["Location"]), (308, "../console"))
        self.assertEqual(self.hermod.request("HEAD", "/console")[0], 200)
        self.assertEqual(self.status("/console/else"), 404)

    async def test_its_page_may_connect_though_no_one_lists_its_origin(self):
        own = {"Origin": f"http://127.0.0.1:{self.port}"}
        url = self.hermod.socket_url(token=self.hermod.token("ann"))
        async with open_socket(url, headers=own):
            pass
        for others in (
            {"Origin": "http://evil.example", "Host": f"127.0.0.1:{self.port}"},
            {"Origin": f"http://evil.example:{self.port}", "Host": f"evil.example:{self.port}"},
            own | {"X-Forwarded-For": "127.0.0.1"},
        ):
            self.assertEqual(self.hermod.request("GET", "/ws", UPGRADE | others)[0], 403, others)


class WithToken(Kept):
    """The token is set by the old name of the setting."""

    settings = {"CONSOLE_TOKEN": TOKEN}

    def test_the_old_name_is_warned_of(self):
        self.assertIn("CONSOLE_TOKEN is the old name of ADMIN_TOKEN", self.hermod.child.said())

    def test_the_token_opens_it_from_anywhere_and_by_the_header_only(self):
        with_token = {"Authorization": f"Bearer {TOKEN}"}
        for more in ({}, {"Host": "ops.example"}, {"X-Forwarded-For": "203.0.113.9"}):
            self.assertEqual(self.hermod.request("GET", "/console/state", with_token | more)[0], 200)
            self.assertEqual(post(self.hermod, "/console/tokens", {"user": "ann"}, **(with_token | more))[0], 200)
        for path in ("/console/state", f"/console/state?token={TOKEN}", f"/console/state?ADMIN_TOKEN={TOKEN}"):
            status, headers, _ = self.hermod.request("GET", path)
            self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"))
        for path in CHANGES:
            self.assertEqual(post(self.hermod, path, NOTIFICATION | {"token": TOKEN}, Authorization=None)[0], 401)

    def test_nothing_but_the_token_is_the_token(self):
        basic = base64.b64encode(f"x:{TOKEN}".encode()).decode()
        wrong = [f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}x", f"Bearer {TOKEN}{TOKEN}", "Bearer ", "Bearer", TOKEN]
        for given in [*wrong, f"Basic {basic}", f"Bearer  {TOKEN}", f"bearer.{TOKEN}"]:
            self.assertIn(self.status("/console/state", Authorization=given), (401, 429), given)

    def test_the_page_itself_holds_nothing_and_is_given_to_all(self):
        status, _, page = self.hermod.request("GET", "/console", {"Host": "ops.example", "X-Forwarded-For": "203.0.113.9"})
        self.assertEqual(status, 200)
        self.assertNotIn(TOKEN, page)

    def test_the_other_rules_hold_with_it(self):
        with_token = {"Authorization": f"Bearer {TOKEN}"}
        self.assertEqual(post(self.hermod, "/console/tokens", {"user": "a"}, **with_token, Origin="http://evil.example")[0], 403)
        self.assertEqual(post(self.hermod, "/console/tokens", {"user": "a"}, **with_token, X_Hermod_Console=None)[0], 403)
        own = with_token | {"Origin": "https://ops.example", "Host": "ops.example"}
        self.assertEqual(post(self.hermod, "/console/tokens", {"user": "a"}, **own)[0], 200)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        assert TOKEN not in cls.hermod.child.said()


class Production(HermodTestCase):
    settings = {"ENVIRONMENT": "production", "ADMIN_TOKEN": TOKEN}
    with_token = {"Authorization": f"Bearer {TOKEN}"}

    def test_it_shows_and_does_nothing(self):
        shown = state(self.hermod, **self.with_token)
        self.assertTrue(shown["read_only"])
        for path in CHANGES:
            status, _, body = post(self.hermod, path, NOTIFICATION, **self.with_token)
            self.assertEqual((status, json.loads(body)["error"]["code"]), (403, "AUTHORIZATION_ERROR"))

    def test_it_shows_no_payload_and_no_key(self):
        kafka().produce(self.topic, '{"secret": "in-the-payload"}', key="key-of-the-record")
        until(lambda: state(self.hermod, **self.with_token)["dead_letters"], "the dead letter is shown")
        text = json.dumps(state(self.hermod, **self.with_token))
        self.assertNotIn("in-the-payload", text)
        self.assertNotIn("key-of-the-record", text)

    async def test_the_feed_shows_that_a_message_was_written_and_not_its_content(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            self.assertEqual(self.feed(user)["events"], [])
            text = await asyncio.to_thread(self.send, user, payload={"secret": "in-the-payload"})
            self.assertEqual(await frame(socket), text)
            (event,) = self.feed(user)["events"]
        self.assertEqual((event["type"], event["connections"], event["bytes"]), ("batch_ready", 1, len(text.encode())))
        self.assertNotIn("payload", event)
        self.assertNotIn("in-the-payload", json.dumps(event))

    def feed(self, user):
        status, _, body = self.hermod.get(f"/console/feed?user={user}", **self.with_token)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def test_its_page_may_not_connect_unlisted(self):
        own = {"Origin": f"http://127.0.0.1:{self.hermod.address.port}"}
        self.assertEqual(self.hermod.request("GET", "/ws", UPGRADE | own)[0], 403)

    def test_without_a_token_it_is_off(self):
        hermod = self.start_hermod(ADMIN_TOKEN="", KAFKA_CONSUMER_GROUP="console-off")
        for path in READS:
            self.assertEqual(hermod.get(path)[0], 404)
        self.assertEqual(post(hermod, "/console/tokens", {"user": "ann"})[0], 404)
        self.assertNotIn(hermod.url + "/console", hermod.child.said())
        self.assertEqual(hermod.stop(), 0)


class Settings(unittest.TestCase):
    def test_a_token_that_can_be_guessed_is_refused_at_start(self):
        path = os.path.join(folder("admin"), "token")
        with open(path, "w", encoding="utf-8") as file:
            file.write("x" * 15 + "\n")
        for settings in ({"ADMIN_TOKEN": "x" * 15}, {"ADMIN_TOKEN_FILE": path}):
            for verb in (("serve",), ("check", "--offline")):
                done = run(*verb, settings=environment(WEBSOCKET_PORT=0, **settings))
                self.assertEqual(done.returncode, 2)
                self.assertIn(next(iter(settings)), done.stderr)
                self.assertIn("at least 16 characters", done.stderr)
                self.assertNotIn("xxx", done.stderr)

    def test_it_comes_from_a_file_and_is_read_again(self):
        path = os.path.join(folder("admin"), "token")
        with open(path, "w", encoding="utf-8") as file:
            file.write(TOKEN + "\n")
        hermod = Hermod(ADMIN_TOKEN_FILE=path)
        self.assertFalse(state(hermod)["locked"])
        with open(path, "w", encoding="utf-8") as file:
            file.write("another-" + TOKEN)
        hermod.child.process.send_signal(signal.SIGHUP)
        until(lambda: hermod.get("/console/state", Authorization=f"Bearer another-{TOKEN}")[0] == 200, "the new token is accepted")
        self.assertEqual(hermod.get("/console/state", Authorization=BEARER)[0], 401)
        self.assertEqual(hermod.stop(), 0)

    def test_twice_is_a_conflict(self):
        done = run("serve", settings=environment(ADMIN_TOKEN=TOKEN, ADMIN_TOKEN_FILE="/nowhere", WEBSOCKET_PORT=0))
        self.assertEqual(done.returncode, 2)
        self.assertIn("ADMIN_TOKEN and ADMIN_TOKEN_FILE", done.stderr)

    def test_serve_prints_where_it_is(self):
        hermod = Hermod()
        lines = [hermod.child.process.stdout.readline().decode() for _ in range(6)]
        self.assertTrue(any(f"{hermod.url}/console\n" in line for line in lines), lines)
        self.assertEqual(hermod.stop(), 0)
