"""Log lines with external text: one JSON object per line, no control characters, no secrets, rate limits."""

import json
import re

from support import secrets
from support.hermod import Hermod
from support.hermod_test_case import HermodTestCase, kafka
from support.records import as_text, envelope, notification
from support.sockets import refused
from support.waiting import until

# An escape sequence, a forged line, bidirectional overrides, a C1 control character, a byte order mark.
EVIL = 'evil\x1b[31m\r\n{"level":"critical"}\u202egnp.exe\u2066\x9b2J\ufeff' + "y" * 400
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Logs(HermodTestCase):
    def lines(self, part):
        """The lines until now whose event contains `part`."""
        return [line for line in map(json.loads, self.hermod.child.said().splitlines()) if part in line["event"]]

    def line(self, part):
        return until(lambda: self.lines(part), f"a log line with {part!r}")[-1]

    def test_every_line_is_one_object_with_the_platforms_fields(self):
        self.line("consuming from Kafka")
        for line in self.lines(""):
            self.assertEqual(line["service"], "websocket_service")
            self.assertRegex(line["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["level"], {"debug", "info", "warning", "error", "critical"})

    def test_outside_text_is_escaped_and_cut(self):
        text = as_text(notification(self.user()))
        kafka().produce(self.topic, envelope(text, self.topic, event_type=EVIL), key="k")
        shown = self.line("skipped a record of an external event type")["event_type"]
        self.assertTrue(shown.startswith("evil"), shown)
        self.assertTrue(shown.endswith("…"), shown)
        self.assertLessEqual(len(shown.encode()), 256 + len("…".encode()))
        self.assertIsNone(ACTS.search(self.hermod.child.said()))

    def test_a_dead_letter_is_told_with_its_trace(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        kafka().produce(self.topic, '{"teacher_id":"t"}', key="k", headers=[f"traceparent=00-{trace}-00f067aa0ba902b7-01"])
        line = self.line("cannot be routed")
        self.assertEqual((line["level"], line["reason"], line["trace_id"]), ("warning", "missing_field", trace))
        self.assertEqual(line["error_detail.error_code"], "VALIDATION_ERROR")
        self.assertEqual(line["error_detail.operation"], "record.parse")

    async def test_a_refused_token_is_told_without_it(self):
        token = self.hermod.token("somebody")[:-4] + "AAAA"
        await refused(self.hermod.socket_url(token=token), headers={"X-Correlation-ID": "the-one-in-question"})
        line = self.line("token was refused")
        self.assertEqual(line["correlation_id"], "the-one-in-question")
        self.assertEqual(line["error_detail.error_code"], "AUTHENTICATION_ERROR")
        self.assertNotIn(token, self.hermod.child.said())

    def test_many_of_a_kind_are_one_line_a_second(self):
        before = len(self.lines("cannot be routed"))
        kafka().produce_lines(self.topic, ["nonsense"] * 5000, "k")
        until(lambda: self.hermod.metric('hermod_dead_letters_total{reason="invalid_json"}') >= 5000, "all are counted")
        lines = self.lines("cannot be routed")
        self.assertLess(len(lines) - before, 30)

    def test_console_lines_escape_too(self):
        hermod = Hermod(LOG_FORMAT="console", SERVICE_NAME="x", XDG_RUNTIME_DIR="/nonexistent\x1b[31m")
        hermod.stop()
        self.assertIsNone(ACTS.search(hermod.child.said()))
        self.assertRegex(hermod.child.said(), r"(?m)^\d{4}-\d\d-\d\dT\S+Z (info|warning) +\S")


class TheSearchItself(HermodTestCase):
    """run.py searches all logs at the end; this tests the search itself."""

    def test_finds_what_leaks(self):
        secrets.keep_token("aaaaaaaa.bbbbbbbb.a-signature-of-some-length")
        secrets.keep_payloads('{"data": {"payload": {"text": "a pupil\'s \\"mark\\""}}}')
        for text in ("url=/ws?token=aaaaaaaa.bbbbbbbb.a-signature-of-some-length", "x.y.a-signature-of-some-length", 'a pupil\'s \\"mark\\"'):
            found = secrets.leaks([("a test", text)])
            self.assertTrue(found, text)
            self.assertNotIn("a-signature-of-some-length", "".join(found))
        self.assertEqual(secrets.leaks([("a test", "nothing of the kind")]), [])
