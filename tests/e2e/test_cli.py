"""Protocol section 7: the commands, and a first run without any setting."""

import base64
import http.client
import json
import os
import re
import stat
import subprocess
import tty
import unittest

from support.hermod import BINARY, KEY, READY, Hermod, environment, run
from support.hermod_test_case import HermodTestCase, kafka, redis
from support.process import Child, folder
from support.sockets import frame, open_socket
from support.waiting import until

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def claims_of(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


class Verbs(HermodTestCase):
    def run_here(self, *arguments, **options):
        return run(*arguments, settings=self.hermod.settings, **options)

    def test_token_prints_a_token_and_nothing_else(self):
        done = self.run_here("token", "someone", "--expires-in", "60", "--claim", "role=teacher")
        self.assertEqual((done.returncode, done.stdout.count("\n")), (0, 1))
        claims = claims_of(done.stdout)
        self.assertEqual((claims["sub"], claims["aud"], claims["iss"]), ("someone", "huleedu-platform", "huleedu-identity-service"))
        self.assertEqual(claims["role"], "teacher")

    async def test_publish_waits_for_the_acknowledgement(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            done = self.run_here("publish", user, "batch_ready", "--payload", '{"n": 1}', "--batch-id", "b-1", "--action-required")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, rf"^{self.topic} \d+ \d+\n$")
            got = json.loads(await frame(socket))
        self.assertEqual((got["teacher_id"], got["notification_type"], got["payload"]), (user, "batch_ready", {"n": 1}))
        self.assertEqual((got["batch_id"], got["action_required"]), ("b-1", True))

    async def test_publish_bare(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            self.assertEqual(self.run_here("publish", user, "batch_ready", "--bare").returncode, 0)
            self.assertEqual(json.loads(await frame(socket))["teacher_id"], user)
        value = [value for key, value, _ in kafka().records(self.topic) if key == user][0]
        self.assertIn("teacher_id", json.loads(value))

    def test_publish_ends_with_1_where_its_input_breaks(self):
        # A terminal whose other side is closed: reading it returns the input, and then an error instead of the end.
        reading, typing = os.openpty()
        tty.setraw(typing)
        user = self.user()
        os.write(typing, b'{"teacher_id": "%s"}\n{"teach' % user.encode())
        os.close(typing)
        done = subprocess.run(
            [BINARY, "publish", "--file", "-"], env=self.hermod.settings, stdin=reading, capture_output=True, text=True, timeout=60, check=False
        )
        os.close(reading)
        self.assertEqual((done.returncode, done.stdout.count("\n")), (1, 1), done.stderr)
        self.assertIn("after line 1 could not be read", done.stderr)

    def test_publish_to_nobody_ends_with_1(self):
        done = run("publish", "someone", "x", settings=self.hermod.settings | {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")

    def listen(self, *arguments):
        return Child("listen", [BINARY, "listen", *arguments, "--url", self.hermod.socket_url()], self.hermod.settings, stdout=subprocess.PIPE)

    def test_listen_prints_a_frame_a_line(self):
        user = self.user()
        child = self.listen(user, "--count", "2", "--timeout", "30")
        texts = [self.send(user), self.send(user)]
        printed = child.process.stdout.read().decode().splitlines()
        self.assertEqual(printed, texts)
        self.assertEqual(child.wait(10), 0)

    def test_listen_shows_a_terminal_nothing_that_acts(self):
        user = self.user()
        reading, shown = os.openpty()
        self.addCleanup(os.close, reading)
        arguments = [BINARY, "listen", user, "--count", "1", "--timeout", "30", "--url", self.hermod.socket_url()]
        child = Child("listen", arguments, self.hermod.settings, stdout=shown)
        os.close(shown)
        until(lambda: redis().listeners(f"ws:{user}") == 1, "subscribed")
        redis().publish(f"ws:{user}", '"\x1b[2J\x7f\x9b\u202e"')
        self.assertEqual(child.wait(30), 0, child.said())
        self.assertEqual(os.read(reading, 4096), rb'"\u001b[2J\u007f\u009b\u202e"' + b"\r\n")

    def test_listen_ends_with_1_on_time_out_and_refusal(self):
        self.assertEqual(self.listen(self.user(), "--count", "1", "--timeout", "1").wait(20), 1)
        done = run("listen", "--token-file", "-", "--url", self.hermod.socket_url(), settings=self.hermod.settings, text="junk\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("1008", done.stderr)

    def test_check(self):
        self.assertEqual(self.run_here("check").returncode, 0)
        self.assertEqual(self.run_here("check", "--offline").returncode, 0)
        self.assertEqual(run("check", settings=self.hermod.settings | {"REDIS_URL": "redis://127.0.0.1:1"}).returncode, 1)
        self.assertEqual(run("check", settings=self.hermod.settings | {"WEBSOCKET_PORT": "x"}).returncode, 2)


class ClosedStreams(unittest.TestCase):
    """A closed standard descriptor is replaced by /dev/null, so that the loop or a connection cannot reuse its number."""

    def start(self, redirections, *arguments, **settings):
        command = ["bash", "-c", f'exec "$0" "$@" {redirections}', BINARY, *arguments]
        settings = {"WEBSOCKET_HOST": "127.0.0.1", "WEBSOCKET_PORT": 0, "JWT_SECRET_KEY": KEY} | settings
        child = Child("hermod", command, environment(**settings), stdout=subprocess.PIPE)
        self.addCleanup(child.kill)
        return child

    def null_descriptors(self, child):
        links = [os.readlink(f"/proc/{child.process.pid}/fd/{number}") for number in range(3)]
        return [number for number, link in enumerate(links) if link == "/dev/null"]

    def test_serve_without_standard_error(self):
        child = self.start("2>&-", "serve")
        self.assertRegex(child.process.stdout.readline().decode(), READY)
        self.assertEqual(self.null_descriptors(child), [0, 2])
        self.assertEqual(child.stop(), 0)

    def test_serve_without_standard_output_says_in_the_log_where_it_is(self):
        child = self.start("<&- >&-", "serve")
        url = until(lambda: re.search(r'the ready line to standard output","url":"http://([^"]+)"', child.said()), "the address is logged").group(1)
        self.assertEqual(self.null_descriptors(child), [0, 1])
        connection = http.client.HTTPConnection(url, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/healthz/live")
        self.assertEqual(connection.getresponse().status, 200)
        self.assertEqual(child.stop(), 0)

    def test_listen_without_standard_input(self):
        hermod = Hermod()
        self.addCleanup(hermod.child.kill)
        listening = ("listen", "someone", "--url", hermod.socket_url(), "--timeout", "1")
        for redirections in ("<&-", "2>&-", "<&- >&- 2>&-"):
            with self.subTest(redirections):
                self.assertEqual(self.start(redirections, *listening).wait(30), 1)
        self.assertEqual(hermod.stop(), 0)

    def test_what_cannot_be_printed_ends_with_1(self):
        child = self.start(">&-", "token", "someone")
        self.assertEqual(child.wait(30), 1)
        self.assertIn("cannot write to standard output", child.said())


class Documented(unittest.TestCase):
    def commands(self):
        """Every `hermod check` command in the documents for operators."""
        for path in ("docs/deploy.md", "docs/runbook.md", "debian/README.Debian", "docs/man/settings.py"):
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                text = re.sub(r"\\\n\s*", "", file.read())
            found = re.findall(r'hermod check (.*--config .*?)\s*(?:#.*|".*|$)', text, re.MULTILINE)
            self.assertTrue(found, path)
            yield from ((path, line.split()) for line in found)

    def test_a_check_refuses_what_the_service_would(self):
        settings = os.path.join(folder("settings"), "hermod.toml")
        with open(settings, "w", encoding="utf-8") as file:
            file.write('kafka_bootstrap_servers = "127.0.0.1:1"\n')
        for path, arguments in self.commands():
            with self.subTest(path):
                done = run("check", *[settings if word == "/etc/hermod/hermod.toml" else word for word in arguments])
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertIn("REDIS_URL is needed", done.stderr)


class FirstRun(unittest.IsolatedAsyncioTestCase):
    """With the embedded broker, the in-memory bus and a generated key, the three commands need no setting."""

    def setUp(self):
        self.hermod = Hermod(JWT_SECRET_KEY="", WEBSOCKET_HOST="")
        self.state = os.path.join(self.hermod.settings["XDG_RUNTIME_DIR"], "hermod", "dev.json")

    async def test_it_routes(self):
        settings = environment() | {"XDG_RUNTIME_DIR": self.hermod.settings["XDG_RUNTIME_DIR"]}
        self.assertEqual(self.hermod.address.hostname, "127.0.0.1")
        token = run("token", "someone", settings=settings).stdout.rstrip("\n")
        async with open_socket(self.hermod.socket_url(token=token)) as socket:
            done = run("publish", "someone", "hello", settings=settings)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(await frame(socket))["notification_type"], "hello")
        listener = Child("listen", [BINARY, "listen", "someone", "--count", "1", "--timeout", "30"], settings, stdout=subprocess.PIPE)
        until(lambda: self.hermod.metric("websocket_active_connections") == 1, "the listener is connected")
        run("publish", "someone", "again", settings=settings)
        self.assertEqual(listener.wait(30), 0)

        self.assertEqual(stat.S_IMODE(os.stat(self.state).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(self.state)).st_mode), 0o700)
        self.assertEqual(self.hermod.stop(), 0)
        self.assertFalse(os.path.exists(self.state))

    def tearDown(self):
        self.hermod.child.kill()


class Help(unittest.TestCase):
    def test_each_fits_a_screen_and_has_an_example(self):
        for verb in ("serve", "token", "publish", "listen", "check"):
            with self.subTest(verb):
                done = run(verb, "--help")
                self.assertEqual(done.returncode, 0)
                self.assertIn("hermod " + verb, done.stdout)
                if verb != "serve":
                    self.assertLess(done.stdout.count("\n"), 50)

    def test_version_names_the_libraries(self):
        version = run("--version").stdout
        for library in ("libuv", "libwebsockets", "hiredis", "librdkafka"):
            self.assertIn(library, version)

    def test_no_verb_is_an_error(self):
        self.assertEqual(run().returncode, 2)
        self.assertEqual(run("dance").returncode, 2)

    def test_the_key_is_never_shown(self):
        self.assertNotIn(KEY, run("serve", "--help", settings=environment(JWT_SECRET_KEY=KEY)).stdout)
