"""Protocol section 3: the sub-protocol hermod.v1, its frames in both directions, and the name of a device."""

import asyncio
import json
import time

from support.hermod_test_case import HermodTestCase, redis
from support.redis import Redis
from support.sockets import closed, frame, node, open_socket
from support.waiting import until

ADMIN = "an-admin-token-for-these-tests"
WELCOME = {"type", "connection_id", "user", "device", "expires_at", "heartbeat_seconds", "replaying"}


async def until_closed(socket):
    """All frames until the connection is closed, its code and its reason."""
    frames = []
    try:
        while True:
            frames.append(json.loads(await frame(socket)))
    except Exception:  # closed by hermod
        return frames, socket.close_code, socket.close_reason


class HermodV1(HermodTestCase):
    settings = {"NOTIFICATION_HISTORY_MAX": "5", "ADMIN_TOKEN": ADMIN, "WEBSOCKET_PING_INTERVAL": "20"}

    def offered(self, user, *others):
        return ["hermod.v1", "bearer." + self.hermod.token(user), *others]

    def connect(self, user, *others, url=None):
        return open_socket(url or self.hermod.socket_url(), subprotocols=self.offered(user, *others))

    async def welcomed(self, socket):
        welcome = json.loads(await frame(socket))
        self.assertEqual(set(welcome), WELCOME)
        self.assertEqual(welcome["type"], "welcome")
        return welcome

    async def refusal(self, subprotocols, url=None):
        """The frames of a connection that is refused; the last one is `goodbye` and agrees with the close frame."""
        async with open_socket(url or self.hermod.socket_url(), subprotocols=subprotocols) as socket:
            self.assertEqual(socket.subprotocol, "hermod.v1")
            return await self.ended(socket)

    async def ended(self, socket):
        frames, code, reason = await until_closed(socket)
        self.assertEqual(frames[-1]["type"], "goodbye")
        self.assertEqual(set(frames[-1]), {"type", "code", "reason", "retry_after_ms"})
        self.assertEqual((frames[-1]["code"], frames[-1]["reason"]), (code, reason))
        return frames

    # --- the upgrade

    async def test_it_is_selected_whenever_it_is_offered(self):
        user = self.user()
        bearer = "bearer." + self.hermod.token(user)
        url = self.hermod.socket_url(token=self.hermod.token(user))
        headers = {"Authorization": "Bearer " + self.hermod.token(user)}
        cases = [
            ({"subprotocols": ["hermod.v1", bearer]}, "hermod.v1"),
            ({"subprotocols": [bearer, "hermod", "hermod.v1"]}, "hermod.v1"),
            ({"subprotocols": ["hermod.v1"], "url": url}, "hermod.v1"),
            ({"subprotocols": ["hermod.v1"], "headers": headers}, "hermod.v1"),
            ({"subprotocols": ["hermod", bearer]}, "hermod"),
            ({"subprotocols": ["hermod.v2"], "url": url}, None),
        ]
        for options, selected in cases:
            async with open_socket(options.pop("url", self.hermod.socket_url()), **options) as socket:
                self.assertEqual(socket.subprotocol, selected)
                if selected == "hermod.v1":
                    self.assertEqual((await self.welcomed(socket))["user"], user)

    def test_node_selects_it(self):
        events = node(self.hermod.socket_url(), *self.offered(self.user()), count=1)
        self.assertEqual(events[0], {"event": "open", "protocol": "hermod.v1"})

    async def test_a_device_is_named_in_the_query_or_by_a_sub_protocol(self):
        user = self.user()
        url = self.hermod.socket_url()
        for others, query, device in (
            ([], "", None),
            ([], "?device=A-z_0.9", "A-z_0.9"),
            (["device.phone"], "", "phone"),
            (["device.phone"], "?device=phone", "phone"),
            ([], "?device=" + "phone---" * 8, "phone---" * 8),
        ):
            async with self.connect(user, *others, url=url + query) as socket:
                welcome = await self.welcomed(socket)
                self.assertEqual(welcome["device"], device)
                headers = {"Authorization": "Bearer " + ADMIN}
                status, _, body = self.hermod.request("GET", "/api/users/" + user, headers)
                self.assertEqual(status, 200)
                listed = [(one["id"], one["device"]) for one in json.loads(body)["connections"]]
                self.assertIn((welcome["connection_id"], device), listed)

    async def test_an_invalid_device_is_1008_after_the_token(self):
        user = self.user()
        url = self.hermod.socket_url()
        for others, query in (
            ([], "?device="),
            ([], "?device=a%20b"),
            ([], "?device=" + "phone---" * 8 + "-"),
            (["device.a"], "?device=b"),
            (["device.a", "device.b"], ""),
        ):
            frames = await self.refusal(self.offered(user, *others), url + query)
            self.assertEqual([one["type"] for one in frames], ["goodbye"])
            self.assertEqual(frames[0]["code"], 1008)
            self.assertEqual(json.loads(frames[0]["reason"])["error_code"], "VALIDATION_ERROR")
        frames = await self.refusal(["hermod.v1", "bearer.x"], url + "?device=")
        self.assertEqual(json.loads(frames[0]["reason"])["error_code"], "AUTHENTICATION_ERROR")
        async with open_socket(self.socket_url(user) + "&device=a/b") as socket:  # a plain client
            self.assertEqual((await closed(socket))[0], 1008)

    # --- the frames of hermod

    async def test_welcome_then_notifications_as_they_were_published(self):
        user = self.user()
        async with self.connect(user) as socket, open_socket(self.socket_url(user)) as plain:
            welcome = await self.welcomed(socket)
            self.assertEqual((welcome["user"], welcome["device"], welcome["replaying"]), (user, None, 0))
            self.assertEqual(welcome["heartbeat_seconds"], 20)
            self.assertRegex(welcome["expires_at"], r"^\d{4}-\d\d-\d\dT")
            text = self.send(user)
            got = await frame(socket)
            self.assertRegex(
                got, r'^\{"type":"notification","id":"\d+-1","replayed":false,"seen":false,"notification":\{'
            )
            self.assertIn('"notification":' + text + "}", got)
            self.assertEqual(await frame(plain), text)

    async def test_a_replay_says_so_and_what_is_missing(self):
        user = self.user()
        async with self.connect(user) as socket:
            await self.welcomed(socket)
        texts = [self.send(user) for _ in range(8)]
        until(lambda: redis().cli("XLEN", f"hermod:{{{user}}}:stream").strip() == "5", "all are stored")
        async with self.connect(user) as socket:
            self.assertEqual((await self.welcomed(socket))["replaying"], 5)
            self.assertEqual(json.loads(await frame(socket)), {"type": "dropped", "count": 3})
            for text in texts[3:]:
                got = await frame(socket)
                self.assertIn('"replayed":true,', got)
                self.assertIn('"notification":' + text + "}", got)

    async def test_external_messages_have_no_id_and_must_be_json(self):
        user = self.user()
        before = self.hermod.metric('websocket_messages_failed_total{error_type="not_json"}')
        async with self.connect(user) as socket:
            await self.welcomed(socket)
            for text in ("hello", '{"n": ', '{"n": 1}'):
                redis().publish(f"ws:{user}", text)
            got = await frame(socket)
            self.assertEqual(
                got, '{"type":"notification","id":null,"replayed":false,"seen":false,"notification":{"n": 1}}'
            )
        after = self.hermod.metric('websocket_messages_failed_total{error_type="not_json"}')
        self.assertEqual(after - before, 2)

    async def test_a_broadcast_has_no_id(self):
        user = self.user()
        headers = {"Authorization": "Bearer " + ADMIN, "Content-Type": "application/json"}
        until(lambda: self.hermod.request("GET", "/api/processes", headers)[0] == 200, "the list of the processes is read")
        async with self.connect(user) as socket:
            await self.welcomed(socket)
            body = '{"notification_type":"maintenance","payload":{"at":1}}'
            self.assertEqual(self.hermod.request("POST", "/api/broadcast", headers, body)[0], 200)
            got = json.loads(await frame(socket))
            self.assertEqual((got["type"], got["id"]), ("notification", None))
            self.assertEqual(got["notification"]["teacher_id"], user)

    # --- the frames of the client

    async def test_malformed_frames_are_answered_and_end_nothing(self):
        user = self.user()
        async with self.connect(user) as socket:
            await self.welcomed(socket)
            ids = json.dumps([f"{n}-1" for n in range(1, 258)])
            for sent, code in (
                ("hello", "PARSING_ERROR"),
                ("", "PARSING_ERROR"),
                ("[1]", "VALIDATION_ERROR"),
                ('{"type":7}', "VALIDATION_ERROR"),
                ('{"type":"seen"}', "VALIDATION_ERROR"),
                ('{"type":"seen","ids":[]}', "VALIDATION_ERROR"),
                ('{"type":"seen","ids":' + ids + "}", "VALIDATION_ERROR"),
                ('{"type":"authenticate"}', "VALIDATION_ERROR"),
                ('{"type":"later","x":"' + "y" * 20_000 + '"}', "VALIDATION_ERROR"),
            ):
                await socket.send(sent)
                answer = json.loads(await frame(socket))
                self.assertEqual(set(answer), {"type", "code", "message"}, sent[:40])
                self.assertEqual((answer["type"], answer["code"]), ("error", code), sent[:40])
            for sent in (b"binary", '{"type":"later"}', '{"type":"seen","ids":["x"],"more":1}', '{"type":"seen","up_to":"x"}'):
                await socket.send(sent)
            text = self.send(user)
            self.assertIn(text, await frame(socket))

    async def test_at_most_ten_errors_a_second(self):
        async with self.connect(self.user()) as socket:
            await self.welcomed(socket)
            began = time.monotonic()
            for _ in range(40):
                await socket.send("hello")
            await socket.send(json.dumps({"type": "authenticate", "token": "x"}))
            frames = await self.ended(socket)
            errors = sum(one["type"] == "error" for one in frames)
            self.assertGreaterEqual(errors, 1)
            self.assertLessEqual(errors, 10 * (1 + int(time.monotonic() - began)))

    async def test_seen_is_accepted_for_what_was_sent(self):
        user = self.user()
        async with self.connect(user, "device.phone") as socket:
            await self.welcomed(socket)
            self.send(user)
            first = json.loads(await frame(socket))["id"]
            await socket.send(json.dumps({"type": "seen", "ids": [first]}))
            await socket.send(json.dumps({"type": "seen", "up_to": first}))
            await socket.send(json.dumps({"type": "seen", "ids": [f"9{first}", "1-9"]}))
            self.send(user)
            self.assertEqual(json.loads(await frame(socket))["type"], "notification")

    async def test_a_new_token_is_answered(self):
        user = self.user()
        async with self.connect(user) as socket:
            await self.welcomed(socket)
            await socket.send(json.dumps({"type": "authenticate", "token": self.hermod.token(user, "--expires-in", "7200")}))
            answer = json.loads(await frame(socket))
            self.assertEqual((answer["type"], set(answer)), ("authenticated", {"type", "expires_at"}))

    # --- goodbye

    async def test_goodbye_without_welcome_for_a_refused_connection(self):
        other = self.hermod.socket_url(f"/ws/v1/status/{self.user()}")
        for offered, url, error in (
            (["hermod.v1"], None, "AUTHENTICATION_ERROR"),
            (["hermod.v1", "bearer.x"], None, "AUTHENTICATION_ERROR"),
            (self.offered(self.user()), other, "AUTHORIZATION_ERROR"),
        ):
            frames = await self.refusal(offered, url)
            self.assertEqual([one["type"] for one in frames], ["goodbye"])
            self.assertEqual((frames[0]["code"], frames[0]["retry_after_ms"]), (1008, None))
            self.assertEqual(json.loads(frames[0]["reason"])["error_code"], error)

    async def test_goodbye_at_the_limit_of_connections(self):
        user = self.user()
        sockets = [await self.connect(user) for _ in range(5)]
        frames = await self.refusal(self.offered(user))
        self.assertEqual([(one["type"], one["code"]) for one in frames], [("goodbye", 4000)])
        for socket in sockets:
            await socket.close()

    async def test_goodbye_when_the_client_is_at_fault(self):
        async def of(*sent, welcome=True):
            async with self.connect(self.user()) as socket:
                if welcome:
                    await self.welcomed(socket)
                for one in sent:
                    await socket.send(one)
                return (await self.ended(socket))[-1]

        self.assertEqual((await of("x" * (64 * 1024 + 1)))["code"], 1009)
        self.assertEqual((await of('{"type":"authenticate","token":"x"}'))["code"], 1008)
        flooded = await of(*['{"type":"later"}'] * 600)
        self.assertEqual(json.loads(flooded["reason"])["error_code"], "RATE_LIMIT")

    async def test_goodbye_at_the_end_of_the_token(self):
        token = self.hermod.token(self.user(), "--expires-in", "2")
        async with open_socket(self.hermod.socket_url(), subprotocols=["hermod.v1", "bearer." + token]) as socket:
            await self.welcomed(socket)
            frames = await self.ended(socket)
            self.assertEqual(json.loads(frames[-1]["reason"])["error_code"], "AUTHENTICATION_ERROR")

    async def test_goodbye_of_an_operator(self):
        user = self.user()
        headers = {"Authorization": "Bearer " + ADMIN, "Content-Type": "application/json"}
        until(lambda: self.hermod.request("GET", "/api/processes", headers)[0] == 200, "the list of the processes is read")
        async with self.connect(user) as socket:
            await self.welcomed(socket)
            body = json.dumps({"code": 3001, "reason": "see you later"})
            self.assertEqual(self.hermod.request("POST", f"/api/users/{user}/disconnect", headers, body)[0], 200)
            frames = await self.ended(socket)
            self.assertEqual((frames[-1]["code"], frames[-1]["reason"]), (3001, "see you later"))

    async def test_goodbye_of_an_idle_connection(self):
        hermod = self.start_hermod(WEBSOCKET_IDLE_TIMEOUT="2", WEBSOCKET_PING_INTERVAL="0")
        async with open_socket(hermod.socket_url(), subprotocols=self.offered(self.user())) as socket:
            await self.welcomed(socket)
            frames = await self.ended(socket)
            self.assertEqual((frames[-1]["code"], frames[-1]["retry_after_ms"]), (1001, None))
        self.assertEqual(hermod.stop(), 0)

    async def test_goodbye_of_a_shutdown(self):
        hermod = self.start_hermod()
        async with open_socket(hermod.socket_url(), subprotocols=self.offered(self.user())) as socket:
            await self.welcomed(socket)
            stopped = asyncio.get_running_loop().run_in_executor(None, hermod.stop)
            frames = await self.ended(socket)
            self.assertEqual(frames[-1]["code"], 1001)
            self.assertIsInstance(frames[-1]["retry_after_ms"], int)
            self.assertEqual(await stopped, 0)


class Outage(HermodTestCase):
    @classmethod
    def start_hermod(cls, **settings):
        cls.own = Redis()
        return super().start_hermod(REDIS_URL=cls.own.url(), **settings)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.own.stop()

    async def test_degraded_and_restored(self):
        user = self.user()
        offered = ["hermod.v1", "bearer." + self.hermod.token(user)]
        async with open_socket(self.hermod.socket_url(), subprotocols=offered) as socket:
            self.assertEqual(json.loads(await frame(socket))["type"], "welcome")
            self.own.stop()
            self.assertEqual(await frame(socket), '{"type":"degraded"}')
            async with open_socket(self.hermod.socket_url(), subprotocols=offered) as late:
                welcome = json.loads(await frame(late))
                self.assertEqual((welcome["type"], welcome["replaying"]), ("welcome", None))
                self.assertEqual(await frame(late), '{"type":"degraded"}')
            self.own.start()
            self.assertEqual(await frame(socket), '{"type":"restored"}')
