"""Start, reload, outages of Redis and Kafka, and shutdown."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import unittest

from support.hermod import BINARY, KEY, Hermod, environment, run
from support.hermod_test_case import HermodTestCase, kafka, redis
from support.kafka import Kafka
from support.process import folder, free_port
from support.records import TOPIC, as_text, envelope, notification
from support.redis import Redis
from support.sockets import closed, frame, open_socket
from support.waiting import until


class Ending(HermodTestCase):
    async def test_sigterm_says_1001_and_ends_with_0(self):
        hermod = self.start_hermod(KAFKA_CONSUMER_GROUP="ending")
        user = self.user()
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            ending = asyncio.create_task(asyncio.to_thread(hermod.stop))
            code, reason = await closed(connection)
        self.assertEqual(code, 1001)
        self.assertEqual(len(json.loads(reason)["correlation_id"]), 36)
        self.assertIn("retry_after_ms", json.loads(reason))
        self.assertEqual(await ending, 0)

    async def test_what_was_routed_before_does_not_come_again_and_what_came_later_does(self):
        self.hermod.stop()  # it consumes the same topics in another group
        user = self.user()
        first = self.start_hermod(KAFKA_CONSUMER_GROUP="again", NOTIFICATION_TTL_SECONDS=0)
        async with open_socket(first.socket_url(token=first.token(user))) as connection:
            text = self.send(user)
            self.assertEqual(await frame(connection), text)
        self.assertEqual(first.stop(), 0)
        redis().cli("FLUSHALL")
        later = self.send(user)
        watcher = redis().subscribe(f"teacher:{user}:notifications")
        second = self.start_hermod(KAFKA_CONSUMER_GROUP="again", NOTIFICATION_TTL_SECONDS=0)
        until(watcher.texts, "the later record is routed")
        self.assertEqual(watcher.texts(), [later])
        watcher.close()
        self.assertEqual(second.stop(), 0)


class Starting(unittest.TestCase):
    def test_code_that_only_the_start_ran_is_let_go(self):
        hermod = Hermod()

        def memory_kib():
            with open(f"/proc/{hermod.child.process.pid}/status", encoding="ascii") as status:
                lines = [line.split(":") for line in status]
            return {name: int(value.split()[0]) for name, value in lines if name.startswith("Vm")}

        # The memory is released after the ready line, so it is waited for.
        until(lambda: memory_kib()["VmRSS"] < memory_kib()["VmHWM"] - 2000, "2 MB of it are released")
        self.assertEqual(hermod.get("/healthz/live")[0], 200)
        self.assertEqual(hermod.stop(), 0)


class Reloading(unittest.TestCase):
    """SIGHUP with a configuration file that cannot be read or parsed."""

    def reload(self, hermod, reason):
        hermod.child.process.send_signal(signal.SIGHUP)
        until(lambda: reason in hermod.child.said(), f"the log says {reason}")
        self.assertEqual(hermod.get("/healthz/live")[0], 200)

    def test_a_hostile_or_unreadable_file_changes_nothing(self):
        path = os.path.join(folder("reload"), "hermod.toml")
        with open(path, "w", encoding="ascii") as file:
            file.write('service_name = "reloaded"\n')
        hermod = Hermod("--config", path)
        with open(path, "w", encoding="ascii") as file:
            file.write("a" + ".a" * 30_000 + " = 1\n")
        self.reload(hermod, "more than 64 dots")
        with open(path, "w", encoding="ascii") as file:
            file.write("a" + ".a" * 50_000 + " = 1\n")
        self.reload(hermod, "a line of more than 65536 bytes")
        os.remove(path)
        os.mkfifo(path)
        self.reload(hermod, "it is a pipe and not a regular file")
        os.remove(path)
        with open(path, "w", encoding="ascii") as file:
            file.write('service_name = "reloaded"\n')
        self.reload(hermod, "reloaded the settings")
        self.assertEqual(hermod.stop(), 0)

    def test_a_reload_that_fails_shows_and_one_that_succeeds_ends_it(self):
        path = os.path.join(folder("reload"), "hermod.toml")

        def reload(text, successful):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            hermod.child.process.send_signal(signal.SIGHUP)
            until(lambda: hermod.metric("hermod_reload_successful") == successful, "the metric shows the reload")
            return hermod.page("/healthz/ready")

        with open(path, "w", encoding="utf-8") as file:
            file.write("drain_seconds = 1\n")
        hermod = Hermod("--config", path)
        hermod.wait_for_kafka()
        begun = hermod.metric("hermod_reload_timestamp_seconds")
        for wrong, reason in (("drain_seconds = [", "hermod.toml"), ('trusted_proxies = ["nowhere"]', "trusted_proxies")):
            status, body = reload(wrong, 0)
            self.assertEqual((status, body["reasons"]), (200, []))
            self.assertIn(reason, body["warnings"][0])
            status, body = reload("drain_seconds = 2", 1)
            self.assertNotIn("warnings", body)
        self.assertGreater(hermod.metric("hermod_reload_timestamp_seconds"), begun)
        self.assertEqual(hermod.stop(), 0)


class Outages(unittest.IsolatedAsyncioTestCase):
    """With separate servers that the tests stop."""

    def start(self, **settings):
        return Hermod(KAFKA_CONSUMER_GROUP="outages", **settings)

    async def test_redis_goes_away_and_comes_back(self):
        own = Redis()
        hermod = self.start(REDIS_URL=own.url(), KAFKA_BOOTSTRAP_SERVERS=kafka().servers)
        hermod.wait_for_redis()
        user = "outage-of-redis"
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            until(lambda: own.listeners(f"ws:{user}") == 1, "subscribed")
            own.stop()
            until(lambda: hermod.page("/healthz/redis")[0] == 503, "the health endpoint reports it within 3 s", patience=3)
            detail = hermod.page("/healthz/redis")[1]["detail"]
            self.assertEqual((detail["service"], detail["status"]), ("redis", "unhealthy"))
            self.assertTrue(detail["error"])
            self.assertEqual(hermod.page("/healthz")[0], 200)
            self.assertEqual(hermod.page("/healthz/ready")[0], 503)
            text = as_text(notification(user))
            kafka().produce(TOPIC, envelope(text), key=user)
            own.start()
            hermod.wait_for_redis()
            types = []
            while (got := await frame(connection)) != text:
                types.append(json.loads(got)["notification_type"])
            self.assertLessEqual(set(types), {"service_degraded", "service_restored"})
        self.assertEqual(hermod.stop(), 0)
        own.stop()

    async def test_without_replay_who_waits_for_redis_has_all_that_came(self):
        own = Redis()
        hermod = self.start(REDIS_URL=own.url(), KAFKA_BOOTSTRAP_SERVERS=kafka().servers, NOTIFICATION_TTL_SECONDS=0)
        hermod.wait_for_redis()
        user = "waits-without-replay"
        own.stop()
        until(lambda: hermod.page("/healthz/redis")[0] == 503, "the health endpoint reports it")
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            texts = [as_text(notification(user)) for _ in range(3)]
            for text in texts:
                kafka().produce(TOPIC, envelope(text), key=user)
            own.start()
            got = []
            while len(got) < 3:
                text = await frame(connection)
                if json.loads(text)["notification_type"] not in ("service_degraded", "service_restored"):
                    got.append(text)
            self.assertEqual(got, texts)
        self.assertEqual(hermod.stop(), 0)
        own.stop()

    async def test_a_redis_that_is_emptied_repeats_nothing_and_misses_nothing(self):
        own = Redis()
        hermod = self.start(REDIS_URL=own.url(), KAFKA_BOOTSTRAP_SERVERS=kafka().servers)
        hermod.wait_for_redis()
        user = "redis-is-emptied"
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            until(lambda: own.listeners(f"ws:{user}") == 1, "subscribed")

            async def send():
                text = as_text(notification(user))
                kafka().produce(TOPIC, envelope(text), key=user)
                self.assertEqual(await frame(connection), text)

            await send()
            await send()
            own.cli("FLUSHALL")
            await send()
            until(lambda: hermod.metric("hermod_bus_memory_losses_total") == 1, "the data loss is detected")
            await send()
            await send()
        self.assertEqual(hermod.stop(), 0)
        own.stop()

    async def test_started_without_redis_it_joins_when_it_comes(self):
        own = Redis(password="geheim")
        own.stop()
        hermod = self.start(REDIS_URL=own.url(), KAFKA_BOOTSTRAP_SERVERS=kafka().servers)
        self.assertEqual(hermod.page("/healthz/redis")[0], 503)
        own.start()
        hermod.wait_for_redis()
        page = hermod.get("/healthz/redis")[2]
        self.assertNotIn("geheim", page)
        self.assertIn("***:***", page)
        self.assertEqual(hermod.stop(), 0)
        self.assertNotIn("geheim", hermod.child.said())
        own.stop()

    async def test_a_wrong_password_is_told_as_the_reason(self):
        own = Redis(password="geheim")
        hermod = self.start(REDIS_URL=own.url().replace("geheim", "falsch"), KAFKA_BOOTSTRAP_SERVERS=kafka().servers)
        until(lambda: "WRONGPASS" in hermod.get("/healthz/redis")[2], "the health endpoint shows the reason")
        self.assertNotIn("falsch", hermod.get("/healthz/redis")[2])
        self.assertEqual(hermod.stop(), 0)
        own.stop()

    async def test_history_that_redis_refuses_is_told_and_comes_with_the_right_to_read_it(self):
        own = Redis()
        hermod = self.start(REDIS_URL=own.url(), KAFKA_BOOTSTRAP_SERVERS=kafka().servers)
        hermod.wait_for_redis()
        hermod.wait_for_kafka()
        user = "refused-history"
        text = as_text(notification(user))
        kafka().produce(TOPIC, envelope(text), key=user)
        until(lambda: own.cli("XLEN", f"hermod:{{{user}}}:stream") == "1", "the message is in the stream")
        own.cli("ACL", "SETUSER", "default", "-xrange")
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            until(lambda: hermod.page("/healthz/redis")[0] == 503, "the health endpoint reports it within 3 s", patience=3)
            self.assertEqual(hermod.page("/healthz/ready")[0], 503)
            self.assertEqual(json.loads(await frame(connection))["notification_type"], "service_degraded")
            own.cli("ACL", "SETUSER", "default", "+xrange")
            got = {await frame(connection), await frame(connection)}
            self.assertIn(text, got)
            self.assertEqual(hermod.page("/healthz/ready")[0], 200)
        self.assertEqual(hermod.stop(), 0)
        own.stop()

    async def test_kafka_goes_away_and_comes_back(self):
        own = Kafka()
        own.create(TOPIC)
        hermod = self.start(REDIS_URL=redis().url(), KAFKA_BOOTSTRAP_SERVERS=own.servers)
        hermod.wait_for_kafka()
        user = "outage-of-kafka"
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            own.stop()
            until(lambda: hermod.page("/healthz/kafka")[0] == 503, "the health endpoint reports it")
            redis().publish(f"ws:{user}", "meanwhile")
            self.assertEqual(await frame(connection), "meanwhile")
            own.start()
            hermod.wait_for_kafka()
            text = as_text(notification(user))
            own.produce(TOPIC, envelope(text), key=user)
            self.assertEqual(await frame(connection), text)
        self.assertEqual(hermod.stop(), 0)
        own.stop()

    async def test_a_topic_that_comes_later_is_joined(self):
        hermod = self.start(REDIS_URL=redis().url(), KAFKA_BOOTSTRAP_SERVERS=kafka().servers, KAFKA_TOPICS="comes.later")
        until(lambda: "comes.later" in hermod.get("/healthz/kafka")[2], "the missing topic is named")
        kafka().create("comes.later")
        user = "topic-comes-later"
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as connection:
            text = as_text(notification(user))
            kafka().produce("comes.later", envelope(text, "comes.later"), key=user)
            self.assertEqual(await frame(connection), text)
        self.assertEqual(hermod.stop(), 0)


class WrongStarts(unittest.TestCase):
    """A rejected setting: one sentence that names it, and the exit status of protocol section 6."""

    def refused(self, status, *words, flags=(), **settings):
        done = run("serve", *flags, settings=environment(**{"WEBSOCKET_PORT": 0, "JWT_SECRET_KEY": KEY} | settings))
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn(KEY, done.stderr)

    def test_bad_values(self):
        for name, value in {
            "WEBSOCKET_PORT": "80800",
            "WEBSOCKET_IDLE_TIMEOUT": "0",
            "WEBSOCKET_MAX_CONNECTIONS_PER_USER": "many",
            "LOG_LEVEL": "LOUD",
            "LOG_FORMAT": "xml",
            "REDIS_URL": "http://localhost",
            "REDIS_PUBLISH_FORMAT": "yaml",
            "REDIS_LISTEN_CHANNELS": "ws:{user}",
            "JWT_ALGORITHM": "none",
            "SLOW_CLIENT_POLICY": "hope",
            "ENABLE_METRICS": "perhaps",
            "CORS_ORIGINS": "[1",
        }.items():
            with self.subTest(name):
                self.refused(2, name, **{name: value})

    def test_unknown_flags_and_file_keys(self):
        self.refused(2, "--no-such-flag", flags=("--no-such-flag",))
        with open(environment()["XDG_RUNTIME_DIR"] + "/hermod.toml", "w", encoding="utf-8") as file:
            file.write("no_such_key = 1\n")
        self.refused(2, "no_such_key", flags=("--config", file.name))
        self.refused(2, "/nowhere.toml", flags=("--config", "/nowhere.toml"))

    def test_production_is_strict(self):
        settings = {"ENVIRONMENT": "production", "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "REDIS_URL": "redis://127.0.0.1:1"}
        self.refused(2, "JWT_SECRET_KEY", **settings | {"JWT_SECRET_KEY": ""})
        self.refused(2, "REDIS_URL", **settings | {"REDIS_URL": ""})
        self.refused(2, "KAFKA_BOOTSTRAP_SERVERS", **settings | {"KAFKA_BOOTSTRAP_SERVERS": ""})
        self.refused(2, "JWT_ALLOW_SHORT_KEY", **settings | {"JWT_SECRET_KEY": "short"})

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(1, str(port), WEBSOCKET_HOST="127.0.0.1", WEBSOCKET_PORT=port)

    def test_a_signal_while_a_start_that_failed_is_undone(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            settings = environment(WEBSOCKET_HOST="127.0.0.1", WEBSOCKET_PORT=taken.getsockname()[1], JWT_SECRET_KEY=KEY)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) * 5:
                with subprocess.Popen([BINARY, "serve"], env=settings, stderr=subprocess.PIPE, text=True) as hermod:
                    self.assertIn("in use", hermod.stderr.readline())
                    hermod.send_signal(number)
                    rest = hermod.stderr.read()
                # A signal after the cleanup has its default action and ends the process.
                self.assertIn(hermod.returncode, (1, -number), rest)

    def test_a_secret_given_twice(self):
        self.refused(2, "JWT_SECRET_KEY_FILE", JWT_SECRET_KEY_FILE="/dev/null")

    def test_a_free_port_is_no_matter(self):
        hermod = Hermod(WEBSOCKET_PORT=(port := free_port()))
        self.assertEqual(hermod.address.port, port)
        self.assertEqual(hermod.stop(), 0)
