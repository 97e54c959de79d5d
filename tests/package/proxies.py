"""Tests dist/nginx and dist/haproxy with the real proxies, a test certificate and a real hermod: notifications over wss, the
client's address in hermod's log, no token in a proxy's log, no access to internal endpoints.

    tests/package/proxies.py HERMOD      (Debian's packages nginx, haproxy, openssl, python3-websockets)
"""

import asyncio
import os
import pathlib
import re
import ssl
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
    os.environ["HERMOD_BINARY"] = os.path.abspath(sys.argv.pop(1))

from support.hermod import Hermod, run  # noqa: E402
from support.process import Child, folder, free_port  # noqa: E402
from support.sockets import closed, frame, open_socket  # noqa: E402
from support.waiting import until  # noqa: E402

CLIENT = "127.0.0.2"  # different from the proxy's address
INVENTED = "203.0.113.9"


def certificate():
    where = folder("certificate")
    key, cert, both = (os.path.join(where, name) for name in ("key", "cert", "both"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    pathlib.Path(both).write_text(pathlib.Path(cert).read_text() + pathlib.Path(key).read_text(), encoding="utf-8")
    return key, cert, both


def replaced(path, *pairs):
    """The shipped configuration with this test's ports and files. It must contain the first text of each pair."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text, (path, before)
        text = text.replace(before, str(after))
    return text


class Proxy:
    """The tests for both proxies; a subclass starts one of them."""

    def setUp(self):
        self.hermod = Hermod(TRUSTED_PROXIES="127.0.0.1")
        self.addCleanup(self.hermod.stop)
        self.key, self.certificate, self.both = certificate()
        self.port = free_port()
        self.child = self.start_proxy()
        self.addCleanup(self.child.stop)
        self.context = ssl.create_default_context(cafile=self.certificate)
        until(lambda: self.get("/healthz/live") == 200, "the proxy serves")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"https://localhost:{self.port}{path}", context=self.context, timeout=10) as page:
                return page.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return None

    def open(self, token, **options):
        url = f"wss://127.0.0.1:{self.port}/ws/v1/notifications?token={token}"
        return open_socket(url, ssl=self.context, local_addr=(CLIENT, 0), **options)

    def publish(self, user):
        brokers = re.search(r"embedded Kafka broker at (\S+),", self.hermod.child.process.stdout.readline().decode()).group(1)
        done = run(
            *("publish", user, "hello", "--payload", '{"n":1}'),
            settings=self.hermod.settings | {"KAFKA_BOOTSTRAP_SERVERS": brokers},
        )
        assert done.returncode == 0, done.stderr

    def test_a_notification_comes_by_wss(self):
        async def go():
            async with self.open(self.hermod.token("ann")) as connection:
                await asyncio.to_thread(self.publish, "ann")
                self.assertIn('"n":1', await frame(connection))

        asyncio.run(go())

    def test_hermod_sees_the_client_and_not_what_it_invents(self):
        async def go():
            async with self.open("no.good.token", headers={"X-Forwarded-For": INVENTED}) as connection:
                self.assertEqual((await closed(connection))[0], 1008)

        asyncio.run(go())
        until(lambda: CLIENT in self.hermod.child.said(), "the client's address is logged")
        self.assertNotIn(INVENTED, self.hermod.child.said())

    def test_what_is_for_inside_stays_inside(self):
        self.assertEqual(self.get("/metrics"), 404)
        self.assertEqual(self.get("/healthz/ready"), 200)

    def test_no_token_in_the_log(self):
        token = self.hermod.token("ann")

        async def go():
            async with self.open(token):
                pass

        asyncio.run(go())
        until(lambda: "/ws/v1/notifications" in self.log(), "the connection is logged")
        self.assertNotIn(token, self.log())
        self.assertNotIn("token=", self.log())


class Nginx(Proxy, unittest.TestCase):
    def start_proxy(self):
        where = folder("nginx")
        self.access = os.path.join(where, "access.log")
        site = replaced(
            "dist/nginx/hermod.conf",
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
            ("    listen [::]:443 ssl;\n", ""),
            ("127.0.0.1:8080", self.hermod.address.netloc),
            ("/etc/ssl/certs/hermod.pem", self.certificate),
            ("/etc/ssl/private/hermod.key", self.key),
            ("/var/log/nginx/hermod.log", self.access),
        )
        temporary = "".join(
            f"{kind}_temp_path {where}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = os.path.join(where, "nginx.conf")
        head = f"daemon off; pid {where}/pid; error_log stderr warn;\nevents {{}}\nhttp {{\n{temporary}"
        pathlib.Path(whole).write_text(head + site + "}\n", encoding="utf-8")
        return Child("nginx", ["/usr/sbin/nginx", "-p", where, "-c", whole])

    def log(self):
        return pathlib.Path(self.access).read_text(encoding="utf-8") + self.child.said()


class Haproxy(Proxy, unittest.TestCase):
    def start_proxy(self):
        whole = os.path.join(folder("haproxy"), "haproxy.cfg")
        text = replaced(
            "dist/haproxy/hermod.cfg",
            ("bind :443", f"bind 127.0.0.1:{self.port}"),
            ("/etc/haproxy/hermod.pem", self.both),
            ("127.0.0.1:8080", self.hermod.address.netloc),
            ("    maxconn 40000\n", "    maxconn 1000\n"),
        )
        pathlib.Path(whole).write_text(text, encoding="utf-8")
        return Child("haproxy", ["/usr/sbin/haproxy", "-db", "-f", whole])

    def log(self):
        return self.child.said()


if __name__ == "__main__":
    unittest.main(verbosity=2)
