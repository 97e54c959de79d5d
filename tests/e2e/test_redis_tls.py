"""hermod with a Redis that speaks only TLS, needs client certificates and has an ACL user."""

import os
import signal
import unittest

from support.certificates import Authority
from support.hermod import Hermod, environment, run
from support.process import folder
from support.redis_node import Access, RedisNode, Tls
from support.waiting import until

PASSWORD = "open sesame/%?"


class RedisTls(unittest.TestCase):
    def setUp(self):
        self.authority = Authority()
        self.redis = RedisNode(access=Access(PASSWORD, "hermod", Tls(self.authority, clients_need_one=True)))
        self.client = self.authority.issue("client")
        self.password_file = os.path.join(folder("password"), "redis_password")
        with open(self.password_file, "w", encoding="utf-8") as file:
            file.write(f"{PASSWORD}\n")
        self.settings = {
            "REDIS_URL": f"valkeys://127.0.0.1:{self.redis.port}",
            "REDIS_USER": "hermod",
            "REDIS_PASSWORD_FILE": self.password_file,
            "REDIS_TLS_CA_FILE": self.authority.file,
            "REDIS_TLS_CERT_FILE": self.client.file,
            "REDIS_TLS_KEY_FILE": self.client.key,
        }

    def tearDown(self):
        self.redis.kill()

    def check(self, *arguments, **changes):
        done = run("check", *arguments, settings=environment(**self.settings | changes))
        self.assertNotIn("sesame", done.stdout + done.stderr)
        return done.returncode, done.stdout + done.stderr

    def connections(self):
        return int(self.redis.info("total_connections_received"))

    def test_the_check_names_what_is_wrong(self):
        other = Authority("another authority")
        strange = other.issue("strange")
        cases = (
            ({}, 0, "redis: ok"),
            ({"REDIS_PASSWORD_FILE": "", "CREDENTIALS_DIRECTORY": os.path.dirname(self.password_file)}, 0, "redis: ok"),
            ({"REDIS_TLS_SERVER_NAME": "other.example"}, 1, "expected other.example"),
            ({"REDIS_TLS_CA_FILE": other.file}, 1, "certificate verify failed"),
            ({"REDIS_TLS_CERT_FILE": "", "REDIS_TLS_KEY_FILE": ""}, 1, "set REDIS_TLS_CERT_FILE"),
            ({"REDIS_TLS_CERT_FILE": strange.file, "REDIS_TLS_KEY_FILE": strange.key}, 1, "refused the TLS connection"),
            ({"REDIS_USER": "nobody"}, 1, "the user or the password is refused"),
            ({"REDIS_TLS_KEY_FILE": ""}, 2, "REDIS_TLS_KEY_FILE"),
            ({"REDIS_TLS_KEY_FILE": strange.key}, 2, "REDIS_TLS_KEY_FILE"),
            ({"REDIS_TLS_CA_FILE": "/nonexistent"}, 2, "REDIS_TLS_CA_FILE"),
            ({"REDIS_PASSWORD": PASSWORD}, 2, "REDIS_PASSWORD and REDIS_PASSWORD_FILE are both set"),
            ({"REDIS_URL": f"redis://127.0.0.1:{self.redis.port}"}, 2, "REDIS_TLS_CA_FILE is set, but REDIS_URL"),
        )
        for changes, status, words in cases:
            with self.subTest(words, **changes):
                returned, said = self.check(**changes)
                self.assertEqual((returned, words in said), (status, True), said)

    def test_a_service_follows_new_certificates(self):
        hermod = Hermod(**self.settings)
        until(lambda: hermod.get("/healthz/redis")[0] == 200, "Redis is available")
        self.authority.issue("redis")
        self.redis.reload_certificate()
        self.authority.issue("client")
        hermod.child.process.send_signal(signal.SIGHUP)
        until(lambda: "reloaded the settings" in hermod.child.said(), "the reload succeeds")
        with open(self.authority.file, "r+", encoding="utf-8") as file:
            kept = file.read()
            file.truncate(0)
        hermod.child.process.send_signal(signal.SIGHUP)
        until(lambda: "REDIS_TLS_CA_FILE names the file" in hermod.child.said(), "the log names the file")
        begun = self.connections()
        for kind in ("normal", "pubsub"):
            self.redis.cli("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
        until(lambda: self.connections() >= begun + 2, "both links connect with the authorities that were read before")
        until(lambda: hermod.get("/healthz/redis")[0] == 200, "Redis is available again")
        with open(self.authority.file, "w", encoding="utf-8") as file:
            file.write(kept)
        self.assertNotIn("sesame", hermod.child.said())
        self.assertEqual(hermod.stop(), 0)
