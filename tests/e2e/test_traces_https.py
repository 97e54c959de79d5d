"""Traces to a collector over HTTPS: certificates, headers, proxies, and that a secret header is in no log."""

import base64
import functools
import os

from support import secrets
from support.certificates import Authority
from support.collector import Collector
from support.hermod import run
from support.hermod_test_case import HermodTestCase
from support.proxy import Proxy
from support.sockets import frame, open_socket
from support.waiting import until

API_KEY = "a-collector-key-0123456789"


@functools.cache
def authority():
    return Authority()


class TracesHttps(HermodTestCase):
    @classmethod
    def setUpClass(cls):
        secrets.keep(API_KEY, "the collector's key")
        cls.collector = Collector(authority().server_context())
        cls.settings = cls.tracing() | {"OTEL_EXPORTER_OTLP_HEADERS": f"api-key={API_KEY.replace('-', '%2D')},x-tenant=a%20b"}
        super().setUpClass()

    @classmethod
    def tracing(cls, **others):
        return {
            "ENABLE_TRACING": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": cls.collector.endpoint,
            "OTEL_EXPORTER_OTLP_CERTIFICATE": authority().file,
        } | others

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.collector.close()

    def separate_hermod(self, **settings):
        group = f"{self._testMethodName}-{self.topic}"
        return self.start_hermod(KAFKA_TOPICS=self.other_topic, KAFKA_CONSUMER_GROUP=group, DRAIN_SECONDS=0, **settings)

    async def connect_once(self, hermod):
        user = self.user()
        async with open_socket(hermod.socket_url(token=hermod.token(user))):
            pass
        return user

    async def test_spans_arrive_with_the_headers(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            text = self.send(user)
            self.assertEqual(await frame(socket), text)
        self.collector.span("hermod.record", user__id=user)
        headers = self.collector.headers[-1]
        self.assertEqual((headers["api-key"], headers["x-tenant"]), (API_KEY, "a b"))
        self.assertNotIn(API_KEY, self.hermod.child.said())
        self.assertEqual(self.hermod.metric("hermod_span_posts_failed_total"), 0)

    async def test_a_certificate_of_an_unknown_authority_is_not_accepted(self):
        hermod = self.separate_hermod(OTEL_EXPORTER_OTLP_CERTIFICATE="")
        try:
            user = await self.connect_once(hermod)
            until(lambda: hermod.metric("hermod_span_posts_failed_total") > 0, "an export has failed")
            self.assertIn("the certificate of the server was not accepted", hermod.child.said())
            self.assertIn(f"POST {self.collector.endpoint}/v1/traces failed", hermod.child.said())
            self.assertEqual(self.collector.spans(user__id=user), [])
            self.assertEqual(hermod.page("/healthz/ready")[0], 200)
        finally:
            self.assertEqual(hermod.stop(), 0)
        self.assertNotIn(API_KEY, hermod.child.said())

    async def test_a_certificate_for_another_name_is_not_accepted(self):
        endpoint = self.collector.endpoint.replace("127.0.0.1", "localhost")
        hermod = self.separate_hermod(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        try:
            await self.connect_once(hermod)
            until(lambda: hermod.metric("hermod_span_posts_failed_total") > 0, "an export has failed")
            self.assertIn("the certificate of the server was not accepted", hermod.child.said())
        finally:
            self.assertEqual(hermod.stop(), 0)

    async def test_a_proxy_of_the_environment_is_used(self):
        proxy = Proxy()
        hermod = self.separate_hermod(HTTPS_PROXY=f"http://user:{API_KEY}@{proxy.address}")
        try:
            user = await self.connect_once(hermod)
            self.collector.span("hermod.connect", user__id=user)
        finally:
            self.assertEqual(hermod.stop(), 0)
            proxy.close()
        self.assertEqual(set(proxy.targets), {self.collector.endpoint.removeprefix("https://")})
        self.assertNotIn("api-key", proxy.headers[0])
        expected = base64.b64encode(f"user:{API_KEY}".encode()).decode()
        self.assertEqual(proxy.headers[0]["Proxy-Authorization"], f"Basic {expected}")

    async def test_a_proxy_is_not_used_for_an_excluded_host(self):
        hermod = self.separate_hermod(HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1")
        try:
            user = await self.connect_once(hermod)
            self.collector.span("hermod.connect", user__id=user)
        finally:
            self.assertEqual(hermod.stop(), 0)

    async def test_a_proxy_that_is_unavailable_is_named_without_its_password(self):
        hermod = self.separate_hermod(HTTPS_PROXY=f"http://user:{API_KEY}@127.0.0.1:9")
        try:
            await self.connect_once(hermod)
            until(lambda: hermod.metric("hermod_span_posts_failed_total") > 0, "an export has failed")
        finally:
            self.assertEqual(hermod.stop(), 0)
        self.assertNotIn(API_KEY, hermod.child.said())

    def test_headers_have_no_flag_and_errors_do_not_show_them(self):
        done = run("serve", "--otel-exporter-otlp-headers", f"api-key={API_KEY}", settings=self.hermod.settings)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--otel-exporter-otlp-headers is not a flag", done.stderr)
        broken = self.hermod.settings | {"OTEL_EXPORTER_OTLP_HEADERS": f"api key={API_KEY}"}
        done = run("check", settings=broken)
        self.assertIn("OTEL_EXPORTER_OTLP_HEADERS must be", done.stderr)
        self.assertNotIn(API_KEY, done.stderr)

    def test_an_absent_certificate_file_is_refused(self):
        absent = os.path.join(authority().folder, "absent.pem")
        done = run("check", settings=self.hermod.settings | {"OTEL_EXPORTER_OTLP_CERTIFICATE": absent})
        self.assertIn("OTEL_EXPORTER_OTLP_CERTIFICATE names a file that cannot be read", done.stderr)
