"""Wrong certificates, names, passwords and addresses of Redis: `hermod check` says one sentence about each, without a secret."""

import functools
import unittest

from support import secrets
from support.certificates import Authority
from support.hermod import KEY, environment, run
from support.process import free_port
from support.redis_cluster import RedisCluster
from support.redis_node import Access, RedisNode, Tls
from support.redis_sentinels import RedisSentinels

PASSWORD = "open-sesame-of-redis"
WRONG_PASSWORD = "close-sesame-of-redis"
SENTINEL_PASSWORD = "open-sesame-of-sentinel"


@functools.cache
def authority():
    return Authority()


@functools.cache
def server(name="redis", clients_need_one=False, **options):
    """A Redis over TLS with a user; `options` are those of the certificate."""
    tls = Tls(authority(), clients_need_one, name)
    if options:
        authority().issue(name, **options)  # replaces the usual certificate
    return RedisNode(access=Access(PASSWORD, "ann", tls))


@functools.cache
def plain():
    return RedisNode(access=Access(PASSWORD))


@functools.cache
def cluster():
    return RedisCluster(replicas=0)


@functools.cache
def sentinels():
    return RedisSentinels(access=Access(PASSWORD), sentinel_access=Access(SENTINEL_PASSWORD))


def trusted(**more):
    return {"REDIS_TLS_CA_FILE": authority().file} | more


def with_client(certificate):
    return trusted(REDIS_TLS_CERT_FILE=certificate.file, REDIS_TLS_KEY_FILE=certificate.key)


def at(url, **more):
    return {"REDIS_URL": url} | more


# name: (exit status, a regular expression for the sentence, the settings)
REFUSED = {
    "an unknown authority": (1, "certificate", lambda: at(server().url())),
    "another authority": (1, "certificate", lambda: at(server().url(), REDIS_TLS_CA_FILE=Authority("another").file)),
    "a certificate for another name": (
        1, "certificate|name", lambda: at(server("stranger", addresses=("DNS:stranger.example",)).url(), **trusted())),
    "an expired certificate": (1, "expired", lambda: at(server("late", first_day=-3, last_day=-1).url(), **trusted())),
    "a certificate that is not valid yet": (
        1, "not yet valid|certificate", lambda: at(server("early", first_day=1, last_day=2).url(), **trusted())),
    "no client certificate": (1, "certificate", lambda: at(server("strict", True).url(), **trusted())),
    "a client certificate of another authority": (
        1, "certificate|authority", lambda: at(server("strict", True).url(), **with_client(Authority("another").issue("hermod")))),
    "a client certificate without its key": (
        2, "REDIS_TLS_KEY_FILE", lambda: at(server().url(), **trusted(REDIS_TLS_CERT_FILE=authority().issue("hermod").file))),
    "a key of another certificate": (
        2, "REDIS_TLS_KEY_FILE|REDIS_TLS_CERT_FILE",
        lambda: at(server().url(), **trusted(
            REDIS_TLS_CERT_FILE=authority().issue("hermod").file, REDIS_TLS_KEY_FILE=authority().issue("other").key))),
    "a missing file": (2, "REDIS_TLS_CA_FILE", lambda: at(server().url(), REDIS_TLS_CA_FILE="/nonexistent/ca.pem")),
    "no verification in production": (
        2, "REDIS_TLS_VERIFY", lambda: at(server().url(), REDIS_TLS_VERIFY="none", ENVIRONMENT="production")),
    "a wrong password": (1, "WRONGPASS|password", lambda: at(server().url().replace(PASSWORD, WRONG_PASSWORD), **trusted())),
    "an unknown user": (1, "WRONGPASS|user", lambda: at(server().url().replace("ann", "eve"), **trusted())),
    "no password": (1, "NOAUTH|password", lambda: at(f"redis://127.0.0.1:{plain().port}")),
    "TLS at a plain port": (1, "TLS", lambda: at(plain().url().replace("redis:", "rediss:"), **trusted())),
    "no TLS at a TLS port": (1, "redis", lambda: at(server().url().replace("rediss:", "redis:"))),
    "a plain URL at a cluster": (1, r"redis\+cluster", lambda: at(f"redis://127.0.0.1:{cluster().nodes[0].port}")),
    "a cluster URL at a plain Redis": (1, "cluster", lambda: at(plain().url().replace("redis:", "redis+cluster:"))),
    "a database of a cluster": (2, "database", lambda: at(cluster().url() + "/1")),
    "a database that does not exist": (1, "database|DB index", lambda: at(plain().url() + "/99")),
    "an unknown master name": (
        1, "nomaster", lambda: at(sentinels().url().replace("/mymaster", "/nomaster"), REDIS_SENTINEL_PASSWORD=SENTINEL_PASSWORD)),
    "a wrong password of the sentinels": (1, "entinel", lambda: at(sentinels().url(), REDIS_SENTINEL_PASSWORD=WRONG_PASSWORD)),
}  # fmt: skip

ACCEPTED = {
    "the authority": lambda: at(server().url(), **trusted()),
    "a client certificate": lambda: at(server("strict", True).url(), **with_client(authority().issue("hermod"))),
    "another name without a check of the name": lambda: at(
        server("stranger", addresses=("DNS:stranger.example",)).url(), **trusted(REDIS_TLS_VERIFY="ca")
    ),
    "another name that is set": lambda: at(
        server("stranger", addresses=("DNS:stranger.example",)).url(), **trusted(REDIS_TLS_SERVER_NAME="stranger.example")
    ),
    "one of the addresses unreachable": lambda: at(f"redis+cluster://127.0.0.1:{free_port()},127.0.0.1:{cluster().nodes[0].port}"),
    "sentinels with a password": lambda: at(sentinels().url(), REDIS_SENTINEL_PASSWORD=SENTINEL_PASSWORD),
}


def checked(settings):
    for secret in (PASSWORD, WRONG_PASSWORD, SENTINEL_PASSWORD):
        secrets.keep(secret, "a password of Redis")
    return run("check", settings=environment(JWT_SECRET_KEY=KEY, **settings))


class RedisAccess(unittest.TestCase):
    def test_refused(self):
        for name, (status, sentence, settings) in REFUSED.items():
            with self.subTest(name):
                done = checked(settings())
                said = done.stdout + done.stderr
                self.assertEqual(done.returncode, status, said)
                lines = [line for line in said.splitlines() if not line.startswith(("configuration: ok", "kafka: "))]
                self.assertEqual(len(lines), 1, said)
                self.assertRegex(lines[0], sentence)
                self.assert_no_secret(said)

    def test_accepted(self):
        for name, settings in ACCEPTED.items():
            with self.subTest(name):
                done = checked(settings())
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("\nredis: ok", done.stdout)
                self.assert_no_secret(done.stdout + done.stderr)

    def assert_no_secret(self, said):
        for secret in (PASSWORD, WRONG_PASSWORD, SENTINEL_PASSWORD, "PRIVATE KEY"):
            self.assertNotIn(secret, said)
