"""Protocol section 3: how clients connect and authenticate, refusals, and close codes."""

import json
import time

import websockets

from support.hermod_test_case import HermodTestCase, redis
from support.hermod import KEY, environment, run
from support.link import Link
from support.sockets import closed, frame, node, open_socket, refused
from support.waiting import until


def token(user, *arguments, **settings):
    """Mints a token with other settings than the service's."""
    done = run("token", user, *arguments, settings=environment(**{"JWT_SECRET_KEY": KEY} | settings))
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n")


class WaysIn(HermodTestCase):
    async def connected(self, user, url, **options):
        """Connects, and verifies with a message that the connection belongs to the user."""
        async with open_socket(url, **options) as socket:
            channel = f"ws:{user}"
            until(lambda: redis().listeners(channel) == 1, f"hermod is subscribed to {channel}")
            redis().publish(channel, "hello")
            self.assertEqual(await frame(socket), "hello")
            return socket

    async def test_every_path_by_query(self):
        for path in ("/ws/v1/notifications", "/ws", "/ws/", "/ws/v1/status/{}"):
            with self.subTest(path):
                user = self.user()
                await self.connected(user, self.socket_url(user, path.format(user)))

    async def test_a_client_id_is_decoded(self):
        user = self.user() + " ü"
        await self.connected(user, self.socket_url(user, "/ws/v1/status/" + user.replace(" ", "%20").replace("ü", "%C3%BC")))

    async def test_authorization_header_and_it_wins(self):
        user = self.user()
        bearer = {"Authorization": "Bearer " + self.hermod.token(user)}
        await self.connected(user, self.hermod.socket_url(), headers=bearer)
        await self.connected(user, self.hermod.socket_url(token="nonsense"), headers=bearer)

    async def test_sub_protocols(self):
        user = self.user()
        offered = ["hermod", "bearer." + self.hermod.token(user)]
        socket = await self.connected(user, self.hermod.socket_url(), subprotocols=offered)
        self.assertEqual(socket.subprotocol, "hermod")

    def test_sub_protocols_of_node(self):
        user = self.user()
        events = node(self.hermod.socket_url(), "hermod", "bearer." + self.hermod.token(user) + "x", count=1)
        self.assertEqual(events[0], {"event": "open", "protocol": "hermod"})
        self.assertEqual(events[1]["code"], 1008)

    async def test_other_sub_protocols_are_not_selected(self):
        user = self.user()
        socket = await self.connected(user, self.socket_url(user), subprotocols=["graphql-ws", "mqtt"])
        self.assertIsNone(socket.subprotocol)

    async def test_an_allowed_origin(self):
        user = self.user()
        await self.connected(user, self.socket_url(user), origin="http://localhost:5173")


class Refusals(HermodTestCase):
    async def test_bad_tokens_are_told_by_1008_with_a_reason(self):
        user = self.user()
        good = self.hermod.token(user)
        head, body, signature = good.split(".")
        bad = {
            "none": None,
            "empty": "",
            "junk": "junk",
            "two parts": f"{head}.{body}",
            "cut": good[:-3],
            "padded": good + "=",
            "newline": good + "\n",
            "trailing": good + ".x",
            "unsigned": f"{head}.{body}.",
            "swapped": f"{body}.{head}.{signature}",
            "too long": f"{head}.{'A' * 9000}.{signature}",
            "another key": token(user, JWT_SECRET_KEY="another-key-that-is-long-enough-for-it-0123456789"),
            "another audience": token(user, JWT_AUDIENCE="elsewhere"),
            "another issuer": token(user, JWT_ISSUER="someone"),
            "expired": token(user, "--claim", "exp=1000000000"),
            "not yet": token(user, "--claim", "nbf=4000000000"),
        }
        for name, value in bad.items():
            with self.subTest(name):
                headers = {"X-Correlation-ID": "trace-me"}
                code, reason = await refused(self.hermod.socket_url(token=value), headers=headers)
                self.assertEqual(code, 1008)
                self.assertEqual(reason["error_code"], "AUTHENTICATION_ERROR")
                self.assertEqual(reason["correlation_id"], "trace-me")
                self.assertTrue(reason["message"])

    async def test_another_users_status_path(self):
        code, reason = await refused(self.socket_url(self.user(), f"/ws/v1/status/{self.user()}"))
        self.assertEqual((code, reason["error_code"]), (1008, "AUTHORIZATION_ERROR"))

    async def test_a_reason_fits_a_close_frame(self):
        headers = {"X-Correlation-ID": "c" * 128}
        async with open_socket(self.hermod.socket_url(token="x"), headers=headers) as socket:
            _, reason = await closed(socket)
        self.assertLessEqual(len(reason.encode()), 123)
        self.assertEqual(json.loads(reason)["correlation_id"], "c" * 36)

    async def test_a_foreign_origin_is_403(self):
        with self.assertRaises(websockets.exceptions.InvalidHandshake) as refusal:
            async with open_socket(self.socket_url(self.user()), origin="http://evil.example"):
                pass
        self.assertIn("403", str(refusal.exception))

    def test_node_sees_the_403(self):
        events = node(self.socket_url(self.user()), headers={"Origin": "http://evil.example"})
        self.assertEqual(events[0], {"event": "refused", "status": 403})

    async def test_over_the_users_limit_the_older_ones_stay(self):
        user = self.user()
        before = self.hermod.metric('websocket_connections_total{status="rejected"}')
        sockets = [await open_socket(self.socket_url(user)) for _ in range(5)]
        code, reason = await refused(self.socket_url(user))
        self.assertEqual((code, reason["error_code"]), (4000, "QUOTA_EXCEEDED"))
        text = self.send(user)
        for socket in sockets:
            self.assertEqual(await frame(socket), text)
            await socket.close()
        self.assertEqual(self.hermod.metric('websocket_connections_total{status="rejected"}'), before + 1)

    async def test_connections_whose_network_swallows_everything_give_way(self):
        user = self.user()
        async with Link(self.hermod.address.port) as link:
            url = self.socket_url(user)
            dead = [await open_socket(url.replace(f":{link.target}/", f":{link.port}/")) for _ in range(5)]
            link.freeze()
            text = self.send(user)  # no pong arrives for it
            since = time.monotonic()
            async with open_socket(url) as socket:
                self.assertEqual(await frame(socket), text)
                self.assertLess(time.monotonic() - since, 3)
            for one in dead:
                one.transport.abort()

    async def test_tokens_are_logged_nowhere(self):
        user = self.user()
        value = self.hermod.token(user)
        async with open_socket(self.hermod.socket_url(token=value)):
            await refused(self.hermod.socket_url(token=value[:-5]))
            self.hermod.get(f"/healthz?token={value}")
            self.hermod.get(f"/nowhere?token={value}")
        for part in value.split(".")[1:]:
            self.assertNotIn(part[:20], self.hermod.child.said())


class ClientText(HermodTestCase):
    async def test_it_is_ignored_and_ends_nothing(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            for sent in ("hello", "{}", '{"type":"ping"}', "x" * 65_000, b"\x00\x01binary", '{"type":"authenticate"'):
                await socket.send(sent)
            text = self.send(user)
            self.assertEqual(await frame(socket), text)

    async def test_over_64_kib_is_1009(self):
        async with open_socket(self.socket_url(self.user())) as socket:
            await socket.send("x" * (64 * 1024 + 1))
            self.assertEqual((await closed(socket))[0], 1009)

    async def test_a_ping_is_answered(self):
        async with open_socket(self.socket_url(self.user())) as socket:
            await (await socket.ping(b"are you there"))

    async def test_a_fresh_token_prolongs_the_connection(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            await socket.send(json.dumps({"type": "authenticate", "token": self.hermod.token(user, "--expires-in", "7200")}))
            answer = json.loads(await frame(socket))
            self.assertEqual(answer["type"], "authenticated")
            self.assertRegex(answer["expires_at"], r"^\d{4}-\d\d-\d\dT")

    async def test_a_bad_or_foreign_token_ends_it(self):
        user = self.user()
        for value in ("junk", self.hermod.token(self.user())):
            async with open_socket(self.socket_url(user)) as socket:
                await socket.send(json.dumps({"type": "authenticate", "token": value}))
                self.assertEqual((await closed(socket))[0], 1008)

    async def test_an_expired_token_ends_it(self):
        user = self.user()
        url = self.hermod.socket_url(token=self.hermod.token(user, "--expires-in", "2"))
        async with open_socket(url) as socket:
            code, reason = await closed(socket)
        self.assertEqual((code, json.loads(reason)["error_code"]), (1008, "AUTHENTICATION_ERROR"))
