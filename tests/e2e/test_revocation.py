"""Revoked tokens get nothing from any process: all of a user, or a single one by its id; and the end of withdrawn keys."""

import asyncio
import json
import pathlib
import signal
import time
import unittest

import websockets
from support.hermod import KEY, Hermod
from support.hermod_test_case import HermodTestCase, TwoProcesses, redis
from support.process import folder
from support.redis import Redis
from support.sockets import closed, frame, open_socket, refused
from support.tokens import token
from support.waiting import until

ADMIN = "an-admin-token-for-these-tests"
REVOKED = (1008, "token revoked")


def issued(user, ago_s=5, **claims):
    return token(sub=user, iat=int(time.time()) - ago_s, **claims)


def read(end):
    code, reason = end
    return code, json.loads(reason)["message"]


class Operators:
    def call(self, process, path, body):
        status, _, text = process.request("POST", path, {"Authorization": f"Bearer {ADMIN}"}, json.dumps(body))
        return status, json.loads(text) if text else None

    async def refusal(self, process, given):
        """The close code and the message; no frame may come before."""
        async with open_socket(process.socket_url(token=given)) as socket:
            with self.assertRaises(websockets.exceptions.ConnectionClosed):
                self.assertIsNone(await frame(socket))
            return read((socket.close_code, socket.close_reason))

    async def stays(self, process, given, user):
        async with open_socket(process.socket_url(token=given)) as socket:
            text = self.send(user)
            while await frame(socket) != text:
                pass


class Users(Operators, TwoProcesses):
    settings = {"ADMIN_TOKEN": ADMIN}

    async def test_the_tokens_of_a_user_end_in_all_processes(self):
        user = self.user()
        old = issued(user)
        async with open_socket(self.hermod.socket_url(token=old)) as one, open_socket(self.other.socket_url(token=old)) as two:
            text = self.send(user)
            self.assertEqual({await frame(one), await frame(two)}, {text})
            status, ended = self.call(self.hermod, f"/api/users/{user}/disconnect", {"revoke": True})
            self.assertEqual((status, ended), (200, {"connections": 2}))
            self.assertEqual({(await closed(one))[0], (await closed(two))[0]}, {1008})
        self.send(user)  # waits in the history
        for process in (self.hermod, self.other):
            self.assertEqual(await self.refusal(process, old), REVOKED)
            self.assertEqual(await self.refusal(process, token(sub=user)), REVOKED)  # without iat
            self.assertEqual(await self.refusal(process, issued(user, ago_s=-60, exp=int(time.time()) + 2592600)), REVOKED)
        second = int(time.time())
        until(lambda: int(time.time()) > second, "the next second")
        await self.stays(self.other, issued(user, ago_s=0), user)
        self.assertGreaterEqual(self.hermod.metric("hermod_revocations_total"), 1)
        life = int(redis().cli("TTL", f"hermod:{{{user}}}:revoked"))
        self.assertAlmostEqual(life, 2_592_010, delta=60)

    async def test_a_new_token_of_an_open_connection_is_compared_too(self):
        user = self.user()
        self.call(self.hermod, f"/api/users/{user}/disconnect", {"revoke": True, "before": int(time.time()) - 20})
        async with open_socket(self.other.socket_url(token=issued(user, ago_s=10))) as socket:
            text = self.send(user)
            self.assertEqual(await frame(socket), text)
            await socket.send(json.dumps({"type": "authenticate", "token": issued(user, ago_s=20)}))
            self.assertEqual(read(await closed(socket)), REVOKED)

    async def test_only_tokens_until_the_given_second_end(self):
        user = self.user()
        now = int(time.time())
        self.call(self.hermod, f"/api/users/{user}/disconnect", {"revoke": True, "before": now - 100})
        self.assertEqual(await self.refusal(self.other, issued(user, ago_s=200)), REVOKED)
        await self.stays(self.other, issued(user, ago_s=50), user)
        # An earlier second gives no token back.
        self.call(self.other, f"/api/users/{user}/disconnect", {"revoke": True, "before": now - 1000})
        self.assertEqual(await self.refusal(self.hermod, issued(user, ago_s=200)), REVOKED)

    async def test_other_users_keep_their_connections(self):
        user, other = self.user(), self.user()
        async with open_socket(self.hermod.socket_url(token=issued(other))) as socket:
            self.call(self.other, f"/api/users/{user}/disconnect", {"revoke": True})
            text = self.send(other)
            self.assertEqual(await frame(socket), text)


class Tokens(Operators, TwoProcesses):
    settings = {"ADMIN_TOKEN": ADMIN}

    async def test_a_token_is_refused_by_its_id_in_all_processes(self):
        user, jti = self.user(), f"id-{time.time_ns()}"
        given, another = issued(user, jti=jti), issued(user, jti=jti + "-b")
        async with open_socket(self.hermod.socket_url(token=given)) as one, open_socket(
            self.other.socket_url(token=another)
        ) as two:
            text = self.send(user)
            self.assertEqual({await frame(one), await frame(two)}, {text})
            self.assertEqual(self.call(self.other, "/api/tokens/revoke", {"jti": jti}), (204, None))
            self.assertEqual(read(await closed(one)), REVOKED)
            text = self.send(user)
            self.assertEqual(await frame(two), text)
            await two.send(json.dumps({"type": "authenticate", "token": given}))
            self.assertEqual(read(await closed(two)), REVOKED)
        for process in (self.hermod, self.other):
            self.assertEqual(await self.refusal(process, given), REVOKED)
        later = self.start_hermod()
        try:
            # It may serve the token until it has read the ids.
            async with open_socket(later.socket_url(token=given)) as socket:
                self.assertEqual(read(await closed(socket)), REVOKED)
        finally:
            self.assertEqual(later.stop(), 0)


class Outage(Operators, unittest.IsolatedAsyncioTestCase):
    async def test_whoever_connects_while_redis_is_unavailable_is_compared_afterwards(self):
        own = Redis()
        self.addCleanup(own.stop)
        process = Hermod(REDIS_URL=own.url(), ADMIN_TOKEN=ADMIN, LOG_LEVEL="INFO")
        self.addCleanup(process.child.kill)
        process.wait_for_redis()
        until(lambda: self.call(process, "/api/users/ann/disconnect", {"revoke": True})[0] == 200, "the revocation is stored")
        own.child.process.send_signal(signal.SIGSTOP)
        try:
            until(lambda: process.get("/healthz/ready")[0] == 503, "Redis is unavailable")
            self.assertEqual(self.call(process, "/api/users/ben/disconnect", {"revoke": True})[0], 503)
            sockets = [await open_socket(process.socket_url(token=issued(user, ago_s=600))) for user in ("ann", "ben")]
            until(lambda: process.metric("websocket_active_connections") == 2, "both are admitted")
        finally:
            own.child.process.send_signal(signal.SIGCONT)
        # Before it: the notice that the service is degraded.
        self.assertEqual(read(await closed(sockets[0])), REVOKED)
        until(lambda: process.get("/healthz/ready")[0] == 200, "Redis is available")
        until(lambda: process.metric("websocket_active_connections") == 1, "the other one stays")
        await sockets[1].close()
        self.assertEqual(await asyncio.to_thread(process.stop), 0)


class WithdrawnKeys(HermodTestCase):
    def serve(self, **settings):
        path = pathlib.Path(folder("keys")) / "secret"
        path.write_text(KEY, encoding="utf-8")
        process = Hermod(JWT_SECRET_KEY="", JWT_SECRET_KEY_FILE=str(path), **settings)
        self.addCleanup(process.child.kill)

        def replace():
            path.write_text("another-secret-of-more-than-32-bytes", encoding="utf-8")
            process.child.process.send_signal(signal.SIGHUP)

        return process, replace

    async def test_their_connections_end_at_the_reload(self):
        process, replace = self.serve(JWT_END_WITHDRAWN_KEYS="true")
        sockets = [await open_socket(process.socket_url(token=token(sub=f"user-{number}"))) for number in range(200)]
        until(lambda: process.metric("websocket_active_connections") == 200, "all are admitted")
        process.child.process.send_signal(signal.SIGHUP)  # with the same key
        until(lambda: process.metric("hermod_reload_timestamp_seconds") > 0, "the reload")
        self.assertEqual(process.metric("websocket_active_connections"), 200)
        replace()
        ends = {read(await closed(socket)) for socket in sockets}
        self.assertEqual(ends, {(1008, "key withdrawn")})
        self.assertEqual(await asyncio.to_thread(process.stop), 0)

    async def test_by_default_they_stay(self):
        process, replace = self.serve()
        async with open_socket(process.socket_url(token=token(sub="ann"))):
            until(lambda: process.metric("websocket_active_connections") == 1, "the connection is counted")
            replace()
            until(lambda: process.metric("hermod_reload_timestamp_seconds") > 0, "the reload")
            code, reason = await refused(process.socket_url(token=token(sub="ben")))
            self.assertEqual((code, reason["message"]), (1008, "invalid signature"))
            self.assertEqual(process.metric("websocket_active_connections"), 1)
        self.assertEqual(await asyncio.to_thread(process.stop), 0)
