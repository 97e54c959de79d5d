"""Protocol sections 4 and 5: endpoints, errors and metrics, with valid and invalid requests."""

import json
import random
import socket

from support.hermod_test_case import HermodTestCase, redis
from support.sockets import frame, open_socket
from support.waiting import until

WEBSOCKET_PATHS = ("/ws", "/ws/", "/ws/v1/notifications", "/ws/v1/status/someone")
PAGES = ("/healthz", "/healthz/redis", "/healthz/kafka", "/healthz/live", "/healthz/ready", "/healthz/websocket", "/metrics")


class Pages(HermodTestCase):
    def raw(self, data, answers=1):
        """Sends raw bytes and returns everything that the server sends until it closes the connection."""
        with socket.create_connection((self.hermod.address.hostname, self.hermod.address.port), 30) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                received = b""
                while piece := connection.recv(65536):
                    received += piece
            except ConnectionError:
                return b""
            return received

    def assert_error(self, answer, status, code):
        self.assertEqual(answer[0], status)
        error = json.loads(answer[2])["error"]
        self.assertEqual(set(error), {"code", "message", "correlation_id", "service", "timestamp", "details"})
        self.assertEqual(error["code"], code)
        self.assertEqual(error["correlation_id"], answer[1]["X-Correlation-ID"])
        self.assertTrue(answer[1]["Content-Type"].startswith("application/json"))

    def test_health(self):
        status, body = self.hermod.page("/healthz")
        self.assertEqual(status, 200)
        self.assertEqual(set(body), {"service", "status", "message", "environment", "timestamp", "uptime_seconds"})
        self.assertEqual((body["service"], body["status"], body["environment"]), ("websocket_service", "healthy", "development"))

    def test_health_of_the_parts(self):
        status, body = self.hermod.page("/healthz/redis")
        self.assertEqual((status, body["service"], body["status"]), (200, "redis", "healthy"))
        self.assertIn(str(redis().port), body["url"])
        status, body = self.hermod.page("/healthz/kafka")
        self.assertEqual((status, body["service"], body["status"]), (200, "kafka", "healthy"))
        self.assertIn("127.0.0.1", body["brokers"])
        self.assertEqual(self.hermod.page("/healthz/live")[0], 200)
        self.assertEqual(self.hermod.page("/healthz/ready")[0], 200)

    async def test_health_of_the_connections(self):
        async with open_socket(self.socket_url(self.user())):
            status, body = self.hermod.page("/healthz/websocket")
        self.assertEqual(status, 200)
        self.assertEqual(set(body), {"service", "status", "total_connections", "max_connections_per_user"})
        self.assertEqual(body["service"], "websocket_manager")
        self.assertGreaterEqual(body["total_connections"], 1)
        self.assertEqual(body["max_connections_per_user"], 5)

    def test_head_is_get_without_a_body(self):
        for path in PAGES:
            status, headers, body = self.hermod.request("HEAD", path)
            self.assertEqual((status, body), (200, ""))
            self.assertGreater(int(headers["Content-Length"]), 0)

    def test_wrong_methods(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
            for path in ("/healthz", "/ws", "/nowhere"):
                answer = self.hermod.request(method, path, body=b"x")
                self.assert_error(answer, 405, "VALIDATION_ERROR")
                self.assertIn("GET", answer[1]["Allow"])

    def test_unknown_paths(self):
        for path in ("/", "/nowhere", "/healthz/", "/healthz/moon", "/ws/v2", "/ws/v1/status/", "/metrics/x", "/%2e%2e/healthz"):
            with self.subTest(path):
                self.assert_error(self.hermod.get(path), 404, "RESOURCE_NOT_FOUND")

    def test_a_plain_get_on_a_websocket_path(self):
        for path in WEBSOCKET_PATHS:
            answer = self.hermod.get(path)
            self.assertEqual(answer[0], 426)
            self.assertEqual(answer[1]["Upgrade"].lower(), "websocket")

    def test_a_body_that_no_page_takes(self):
        self.assertEqual(self.hermod.request("GET", "/healthz", body=b"x" * 10)[0], 413)

    def test_a_head_over_16_kib(self):
        self.assertEqual(self.hermod.get("/healthz", **{"X-Long": "x" * 20_000})[0], 431)

    def test_correlation_ids(self):
        given = "A-z0.9_:" + "x" * 100
        self.assertEqual(self.hermod.get("/healthz", **{"X-Correlation-ID": given})[1]["X-Correlation-ID"], given)
        for bad in ("white space", "x" * 129, "é", '"', ""):
            made = self.hermod.get("/healthz", **{"X-Correlation-ID": bad})[1]["X-Correlation-ID"]
            self.assertRegex(made, r"^[A-Za-z0-9._:-]{1,128}$")
            self.assertNotEqual(made, bad)

    def test_cors(self):
        for method in ("OPTIONS", "GET"):
            own = self.hermod.request(method, "/healthz", {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET"})[1]
            self.assertEqual(own["Access-Control-Allow-Origin"], "http://localhost:5173")
            self.assertIn("Origin", own["Vary"])
            foreign = self.hermod.request(method, "/healthz", {"Origin": "http://evil.example"})[1]
            self.assertIsNone(foreign["Access-Control-Allow-Origin"])
            self.assertIn("Origin", foreign["Vary"])

    def test_http_1_0_and_keep_alive(self):
        self.assertIn(b" 200 ", self.raw(b"GET /healthz HTTP/1.0\r\n\r\n").split(b"\r\n")[0])
        twice = self.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        self.assertEqual(twice.count(b"HTTP/1.1 200"), 2)

    def test_headers_that_are_prefixes_of_known_ones(self):
        for name in (b"X-A", b"If", b"User", b"X-Forwarded"):
            answer = self.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + name + b": 1\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 200"), name)

    def test_refusals_are_json_too(self):
        for data in (b"nonsense\r\n\r\n", b"GET /healthz HTTP/1.1\r\n\r\n", b"GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n"):
            with self.subTest(data):
                answer = self.raw(data)
                head, _, body = answer.partition(b"\r\n\r\n")
                self.assertRegex(head, rb"^HTTP/1\.1 4\d\d ")
                self.assertIn("error", json.loads(body))

    async def test_random_bytes_disturb_nobody(self):
        user = self.user()
        noise = random.Random(1)
        async with open_socket(self.socket_url(user)) as connection:
            for number in range(1000):
                blob = noise.randbytes(noise.randrange(1, 600))
                self.raw(b"GET /ws HTTP/1.1\r\n" + blob if number % 2 else blob)
            text = self.send(user)
            self.assertEqual(await frame(connection), text)
        self.assertEqual(self.hermod.page("/healthz")[0], 200)


class Metrics(HermodTestCase):
    def test_every_family_is_there_before_the_first_connection(self):
        _, headers, text = self.hermod.get("/metrics")
        self.assertTrue(headers["Content-Type"].startswith("text/plain"))
        for name, kind in {
            "websocket_connections_total": "counter",
            "websocket_active_connections": "gauge",
            "websocket_messages_sent_total": "counter",
            "websocket_messages_failed_total": "counter",
            "websocket_connection_duration_seconds": "histogram",
            "jwt_validation_total": "counter",
            "redis_subscription_duration_seconds": "histogram",
            "websocket_http_requests_total": "counter",
            "websocket_http_request_duration_seconds": "histogram",
            "websocket_http_requests_in_progress": "gauge",
            "websocket_message_size_bytes": "histogram",
        }.items():
            self.assertIn(f"# TYPE {name} {kind}\n", text)
        for status in ("accepted", "rejected", "closed"):
            self.assertIn(f'websocket_connections_total{{status="{status}"}} 0\n', text)

    async def test_they_count(self):
        user = self.user()
        metric = self.hermod.metric
        sent = metric("websocket_messages_sent_total")
        async with open_socket(self.socket_url(user)) as first, open_socket(self.socket_url(user)) as second:
            until(lambda: metric("websocket_active_connections") == 2, "both are admitted")
            text = self.send(user)
            await frame(first)
            await frame(second)
            self.assertEqual(metric("websocket_messages_sent_total"), sent + 2)
            self.assertEqual(metric('websocket_message_size_bytes_bucket{le="+Inf"}'), sent + 2)
            self.assertEqual(metric("websocket_message_size_bytes_sum") > len(text), True)
        until(lambda: metric("websocket_active_connections") == 0, "the connections are closed")
        self.assertEqual(metric('websocket_connections_total{status="closed"}'), 2)
        self.assertEqual(metric("websocket_connection_duration_seconds_count"), 2)
        self.assertGreater(metric("hermod_records_routed_total"), 0)

    def test_http_requests_are_counted_by_a_fixed_set_of_endpoints(self):
        self.hermod.get("/some/path/nobody/knows")
        _, _, text = self.hermod.get("/metrics")
        self.assertNotIn("nobody", text)
        self.assertIn('websocket_http_requests_total{method="GET",endpoint="/metrics",http_status="200"}', text)


class MetricsOff(HermodTestCase):
    settings = {"ENABLE_METRICS": "false"}

    def test_the_page_is_404(self):
        self.assertEqual(self.hermod.get("/metrics")[0], 404)
