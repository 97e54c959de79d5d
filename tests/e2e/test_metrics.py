"""docs/metrics.md lists exactly the metrics of a running server; and the values of some of them."""

import os
import re

from support.hermod_test_case import HermodTestCase
from support.sockets import frame, open_socket
from support.waiting import until

PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "metrics.md")
ROW = re.compile(r"^\| `(?P<name>[a-z_]+)` \| (?P<type>counter|gauge|histogram) \|(?P<labels>[a-z_, ]*)\| (?P<why>.+) \|$")
SAMPLE = re.compile(r"^(?P<name>[a-z_]+?)(?P<part>_bucket|_sum|_count)?(?:\{(?P<labels>.*)\})? (?P<value>\S+)$")
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')

# Label values come from the program or its configuration. External values would make the number of series unbounded.
FIXED = re.compile(r"^[A-Za-z0-9_./:+{}-]+$")


def documented():
    """{name: (type, labels)} of docs/metrics.md. Every row must parse."""
    families = {}
    with open(PAGE, encoding="utf-8") as page:
        for line in page:
            if not line.startswith("| `"):
                continue
            row = ROW.match(line.rstrip("\n"))
            assert row, line
            assert row["name"] not in families, line
            families[row["name"]] = (row["type"], tuple(sorted(filter(None, row["labels"].replace(" ", "").split(",")))))
    return families


def served(text):
    """{name: (type, labels)} of a scrape; labels are None if the family has no sample."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helps = dict(re.findall(r"^# HELP (\S+) (\S.*)$", text, re.MULTILINE))
    assert types.keys() == helps.keys()
    labels = dict.fromkeys(types)
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        sample = SAMPLE.match(line)
        assert sample, line
        part = sample["part"] or ""
        name = sample["name"] if types.get(sample["name"]) == "histogram" else sample["name"] + part
        found = LABEL.findall(sample["labels"] or "")
        for _, value in found:
            assert FIXED.match(value), line
        named = tuple(sorted(label for label, _ in found if label != "le"))
        assert labels[name] in (None, named), line
        labels[name] = named
    return {name: (types[name], labels[name]) for name in types}


class Metrics(HermodTestCase):
    settings = {"OUTBOX_BYTES_MAX": 64 * 1024 * 1024}

    def scrape(self):
        status, headers, text = self.hermod.get("/metrics")
        self.assertEqual(status, 200)
        self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        return text

    def number(self, sample):
        return self.hermod.metric(sample)

    async def test_the_page_and_the_server_agree(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            self.send(user)
            await frame(socket)
        page, server = documented(), served(self.scrape())
        self.assertEqual(sorted(page), sorted(server))
        for name, (kind, labels) in server.items():
            with self.subTest(name):
                self.assertEqual(page[name][0], kind)
                if labels is not None:
                    self.assertEqual(page[name][1], labels)

    async def test_families_are_there_before_anything_happens(self):
        hermod = self.start_hermod(KAFKA_CONSUMER_GROUP=f"fresh-{self.topic}")
        try:
            self.assertEqual(sorted(documented()), sorted(served(hermod.get("/metrics")[2])))
        finally:
            self.assertEqual(hermod.stop(), 0)

    async def test_the_age_of_an_event_by_priority(self):
        user = self.user()
        count = 'hermod_event_age_seconds_count{priority="critical"}'
        before = self.number(count)
        async with open_socket(self.socket_url(user)) as socket:
            self.send(user, priority="critical")
            await frame(socket)
            self.send(user, priority="moonphase")
            await frame(socket)
        self.assertEqual(self.number(count), before + 1)
        self.assertGreaterEqual(self.number('hermod_event_age_seconds_count{priority="standard"}'), 1)
        self.assertNotIn("moonphase", self.scrape())

    async def test_refusals_add_up_to_rejected(self):
        async with open_socket(self.hermod.socket_url(token="no-token")) as socket:
            await socket.wait_closed()
        async with open_socket(self.socket_url(self.user(), f"/ws/v1/status/{self.user()}")) as socket:
            await socket.wait_closed()
        upgrade = {
            "Origin": "http://evil.example",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        self.assertEqual(self.hermod.request("GET", "/ws", upgrade)[0], 403)
        text = self.scrape()
        counts = re.findall(r'^hermod_refusals_total\{reason="(\w+)"\} (\d+)$', text, re.MULTILINE)
        others = {"ADMIN_TOKEN", "CONSOLE", "CORS", "HANDSHAKE", "REQUEST", "SOCKETS", "TOKEN_REFRESH"}
        refused = [count for reason, count in counts if reason not in others]
        self.assertEqual(sum(map(int, refused)), self.number('websocket_connections_total{status="rejected"}'))
        self.assertGreaterEqual(sum(map(int, refused)), 3)

    async def test_what_waits_for_a_client_is_seen_and_gone_with_it(self):
        user = self.user()
        async with open_socket(self.socket_url(user), max_queue=1, read_limit=1024) as socket:
            self.send(user)
            await frame(socket)  # live: a replay would read no further page while the kernel accepts no more data
            # Until the kernel accepts no more data. The minimum of two scrapes ignores messages that are just being written.
            while min(self.number("hermod_outbox_bytes") for _ in range(2)) < 300_000:
                self.send(user, payload={"text": "x" * 100_000})
            self.assertGreater(self.number("hermod_outbox_messages"), 0)
            socket.transport.abort()
        until(lambda: self.number("hermod_outbox_messages") == 0, "the outbox is empty")
        self.assertEqual(self.number("hermod_outbox_bytes"), 0)

    def test_the_loop_is_measured(self):
        count = "hermod_loop_turn_seconds_count"
        before = self.number(count)
        # One loop iteration may serve two scrapes in quick succession.
        until(lambda: self.number(count) > before, "another loop iteration is counted")
        busy, up = self.number("hermod_loop_turn_seconds_sum"), self.number("process_cpu_seconds_total")
        self.assertLess(busy, up + 5)
