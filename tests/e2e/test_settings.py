"""Plausible but wrong settings are reported at the start, on the terminal or in the log."""

import contextlib
import os
import socket
import threading
import unittest

from support.hermod import KEY, Hermod, environment, run
from support.process import folder
from support.waiting import until


@contextlib.contextmanager
def port_that_speaks_tls(alert):
    """A TLS port, as a plain client sees it: it sends an alert (unknown protocol version), or only closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    client, _ = server.accept()
                    with client:
                        client.recv(1 << 16)
                        if alert:
                            client.sendall(b"\x15\x03\x03\x00\x02\x02\x46")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


class Settings(unittest.TestCase):
    def check(self, *arguments, **settings):
        return run("check", "--offline", *arguments, settings=environment(JWT_SECRET_KEY=KEY, **settings))

    def test_a_plain_client_on_a_tls_port_is_told_so(self):
        for alert, redis_words in ((True, "the port speaks TLS"), (False, "a port that speaks TLS does so")):
            with self.subTest(alert=alert), port_that_speaks_tls(alert) as port:
                at = f"127.0.0.1:{port}"
                done = run("check", settings=environment(REDIS_URL=f"redis://{at}", KAFKA_BOOTSTRAP_SERVERS=at))
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(redis_words, done.stdout)
                self.assertIn("security.protocol", done.stdout)

    def test_a_running_service_is_told_so_too(self):
        with port_that_speaks_tls(alert=True) as port:
            at = f"127.0.0.1:{port}"
            hermod = Hermod(REDIS_URL=f"redis://{at}", KAFKA_BOOTSTRAP_SERVERS=at)
            for path, words in (("/healthz/redis", "the port speaks TLS"), ("/healthz/kafka", "security.protocol")):
                until(lambda path=path, words=words: words in hermod.get(path)[2], f"{path} says {words}")
                self.assertEqual(hermod.get(path)[0], 503)
            self.assertEqual(hermod.stop(), 0)

    def test_suspicious_values_are_warnings_and_in_production_refusals(self):
        production = {"ENVIRONMENT": "production", "REDIS_URL": "redis://h", "KAFKA_BOOTSTRAP_SERVERS": "h"}
        quoted = f'"{KEY}"'
        path = os.path.join(folder("key"), "key")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"\ufeff{KEY}\n")
        cases = (
            ({"ADMIN_TOKEN": quoted}, "ADMIN_TOKEN is in quotes"),
            ({"KAFKA_CONSUMER_GROUP": "group "}, "KAFKA_CONSUMER_GROUP begins or ends with a blank"),
            ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES contains 0.0.0.0/0"),
            ({"JWT_SECRET_KEY": "", "JWT_SECRET_KEY_FILE": path}, "begins with a byte order mark"),
        )
        for settings, words in cases:
            with self.subTest(words):
                base = {"JWT_SECRET_KEY": KEY}
                done = run("check", "--offline", settings=environment(**base | settings))
                self.assertEqual((done.returncode, words in done.stderr), (0, True), done.stderr)
                done = run("check", "--offline", settings=environment(**base | production | settings))
                self.assertEqual((done.returncode, words in done.stderr), (2, True), done.stderr)
                self.assertNotIn(KEY, done.stderr)

    def test_a_misspelt_production_starts_nowhere(self):
        for word in ("Production", "PRODUCTION", "prod", "production "):
            done = run("serve", settings=environment(ENVIRONMENT=word))
            self.assertEqual(done.returncode, 2)
            self.assertIn("ENVIRONMENT is", done.stderr)
            self.assertIn("`production`", done.stderr)

    def test_variables_of_kubernetes_and_misspelt_ones_are_named_in_the_log(self):
        hermod = Hermod(WEBSOCKET_SERVICE_PORT="tcp://10.0.0.9:80", CORS_ORIGIN="http://a")
        self.assertIn("WEBSOCKET_SERVICE_PORT describes a Kubernetes service", hermod.child.said())
        self.assertIn("did you mean CORS_ORIGINS?", hermod.child.said())
        self.assertEqual(hermod.stop(), 0)

    def test_no_property_of_kafka_runs_a_command(self):
        proof = os.path.join(folder("kafka"), "proof")
        for name, value in (("sasl.kerberos.kinit.cmd", f"touch {proof}"), ("sasl.kerberos.keytab", f"$(touch {proof})")):
            properties = f"security.protocol=SASL_PLAINTEXT,sasl.mechanisms=GSSAPI,{name}={value}"
            done = run("check", settings=environment(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", KAFKA_CONFIG=properties))
            self.assertEqual(done.returncode, 2)
            self.assertIn(name, done.stderr)
            self.assertFalse(os.path.exists(proof))
