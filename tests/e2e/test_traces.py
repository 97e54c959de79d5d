"""The spans of a notification from its sender to the socket, and that tracing leaks no secrets and delays nothing."""

import json
import secrets
import uuid

from support.collector import Collector
from support.hermod import KEY
from support.hermod_test_case import HermodTestCase, kafka
from support.records import as_text, envelope, notification
from support.sockets import closed, frame, open_socket, refused
from support.waiting import until


def traceparent(flags="01"):
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    return trace, span, f"00-{trace}-{span}-{flags}"


class Traces(HermodTestCase):
    @classmethod
    def setUpClass(cls):
        cls.collector = Collector()
        cls.settings = {"ENABLE_TRACING": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": cls.collector.endpoint}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.collector.close()

    def send_traced(self, user, parent, **fields):
        text = as_text(notification(user, **fields))
        metadata = {"traceparent": parent, "tracestate": "vendor=opaque"}
        kafka().produce(self.topic, envelope(text, self.topic, metadata=metadata), key=user)
        return text

    async def test_from_the_senders_trace_to_the_socket(self):
        user = self.user()
        trace, span, parent = traceparent()
        async with open_socket(self.socket_url(user)) as socket:
            text = self.send_traced(user, parent, priority="high", payload={"text": "nobody else's business"})
            self.assertEqual(await frame(socket), text)
        record = self.collector.span("hermod.record", user__id=user)
        self.assertEqual((record["traceId"], record["parentSpanId"], record["traceState"]), (trace, span, "vendor=opaque"))
        self.assertEqual(record["kind"], 5)
        for key, value in {
            "messaging.system": "kafka",
            "messaging.destination.name": self.topic,
            "correlation_id": json.loads(text)["correlation_id"],
            "hermod.priority": "high",
            "hermod.outcome": "routed",
        }.items():
            self.assertEqual(record["attributes"][key], value)
        self.assertNotIn("status", record)

        publish = until(lambda: [s for s in self.collector.spans("hermod.publish") if s["traceId"] == trace], "the Redis step")[0]
        self.assertEqual(publish["parentSpanId"], record["spanId"])
        self.assertEqual(publish["kind"], 3)

        delivery = self.collector.span("hermod.delivery", user__id=user)
        self.assertEqual((delivery["traceId"], delivery["parentSpanId"]), (trace, record["spanId"]))
        connect = self.collector.span("hermod.connect", user__id=user)
        self.assertEqual([(link["traceId"], link["spanId"]) for link in delivery["links"]], [(connect["traceId"], connect["spanId"])])
        self.assertNotEqual(connect["traceId"], trace)
        disconnect = self.collector.span("hermod.disconnect", user__id=user)
        self.assertEqual((disconnect["traceId"], disconnect["parentSpanId"]), (connect["traceId"], connect["spanId"]))
        self.assertEqual(disconnect["attributes"]["hermod.close_code"], 1000)

        self.assertLessEqual(int(record["startTimeUnixNano"]), int(publish["startTimeUnixNano"]))
        self.assertLessEqual(int(publish["endTimeUnixNano"]), int(record["endTimeUnixNano"]))
        self.assertLess(int(delivery["startTimeUnixNano"]), int(delivery["endTimeUnixNano"]))

    async def test_the_records_headers_name_the_parent_too(self):
        user = self.user()
        trace, span, parent = traceparent()
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce(self.topic, as_text(notification(user)), key=user, headers=[f"traceparent={parent}"])
            await frame(socket)
        record = self.collector.span("hermod.record", user__id=user)
        self.assertEqual((record["traceId"], record["parentSpanId"]), (trace, span))

    async def test_each_connection_has_a_delivery_of_its_own(self):
        user = self.user()
        url = self.socket_url(user)
        async with open_socket(url) as first, open_socket(url) as second:
            self.send(user)
            await frame(first)
            await frame(second)
        until(lambda: len(self.collector.spans("hermod.delivery", user__id=user)) == 2, "two deliveries")
        deliveries = self.collector.spans("hermod.delivery", user__id=user)
        self.assertEqual(len({one["traceId"] for one in deliveries}), 1)
        self.assertEqual(len({one["links"][0]["spanId"] for one in deliveries}), 2)

    async def test_the_trace_goes_on_in_another_process(self):
        user = self.user()
        trace, _, parent = traceparent()
        other = self.start_hermod(KAFKA_TOPICS=self.other_topic, KAFKA_CONSUMER_GROUP=f"other-{self.topic}")
        try:
            async with open_socket(other.socket_url(token=other.token(user))) as socket:
                self.send_traced(user, parent)
                await frame(socket)
            delivery = self.collector.span("hermod.delivery", user__id=user)
            record = self.collector.span("hermod.record", user__id=user)
            self.assertEqual((delivery["traceId"], delivery["parentSpanId"]), (trace, record["spanId"]))
            instance = "service.instance.id"
            self.assertNotEqual(delivery["resource"][instance], record["resource"][instance])
        finally:
            self.assertEqual(other.stop(), 0)

    async def test_what_was_missed_keeps_its_trace(self):
        user = self.user()
        trace, _, parent = traceparent()
        self.send_traced(user, parent)
        self.collector.span("hermod.record", user__id=user)
        async with open_socket(self.socket_url(user)) as socket:
            await frame(socket)
        delivery = self.collector.span("hermod.delivery", user__id=user)
        self.assertEqual(delivery["traceId"], trace)
        self.assertEqual(delivery["attributes"]["hermod.replayed"], True)

    def test_a_dead_letter_says_why(self):
        trace, span, parent = traceparent()
        kafka().produce(self.topic, '{"teacher_id": "t"}', key="k", headers=[f"traceparent={parent}"])
        dead = until(lambda: [s for s in self.collector.spans("hermod.record") if s["traceId"] == trace], "the span of the dead letter")[0]
        self.assertEqual(dead["parentSpanId"], span)
        self.assertEqual(dead["status"], {"code": 2})
        attributes = dead["attributes"]
        self.assertEqual(attributes["error_detail.error_code"], "VALIDATION_ERROR")
        self.assertEqual(attributes["error_detail.message"], "missing_field")
        self.assertEqual(attributes["error_detail.operation"], "record.parse")

    async def test_a_refused_connection_says_why(self):
        correlation = f"c-{uuid.uuid4().hex[:12]}"
        await refused(self.hermod.socket_url(token="not.a.token"), headers={"X-Correlation-ID": correlation})
        connect = self.collector.span("hermod.connect", correlation_id=correlation)
        self.assertEqual(connect["status"], {"code": 2})
        self.assertEqual(connect["attributes"]["error_detail.error_code"], "AUTHENTICATION_ERROR")
        self.assertEqual(connect["attributes"]["error_detail.operation"], "connection.accept")

    async def test_a_sender_that_keeps_no_trace_gets_none(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            self.send_traced(user, traceparent("00")[2])
            await frame(socket)
        self.collector.span("hermod.disconnect", user__id=user)
        self.assertEqual(self.collector.spans("hermod.record", user__id=user), [])
        self.assertEqual(self.collector.spans("hermod.delivery", user__id=user), [])

    async def test_no_secret_and_no_payload_is_sent(self):
        user = self.user()
        token = self.hermod.token(user)
        async with open_socket(self.hermod.socket_url(token=token)) as socket:
            self.send(user, payload={"text": "do-not-show-this"})
            await frame(socket)
        self.collector.span("hermod.disconnect", user__id=user)
        everything = "".join(self.collector.bodies)
        for secret in (token, token.split(".")[2], KEY, "do-not-show-this"):
            self.assertNotIn(secret, everything)

    async def test_the_end_sends_what_waits(self):
        hermod = self.start_hermod(KAFKA_TOPICS=self.other_topic, KAFKA_CONSUMER_GROUP=f"end-{self.topic}", DRAIN_SECONDS=0)
        user = self.user()
        async with open_socket(hermod.socket_url(token=hermod.token(user))) as socket:
            until(lambda: hermod.metric("websocket_active_connections") == 1, "it is admitted")
            self.assertEqual(hermod.stop(), 0)
            self.assertEqual((await closed(socket))[0], 1001)
        self.assertEqual(self.collector.span("hermod.disconnect", user__id=user)["attributes"]["hermod.close_code"], 1001)


class CollectorAway(HermodTestCase):
    settings = {"ENABLE_TRACING": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}

    async def test_notifications_do_not_wait_for_it(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            for _ in range(3):
                text = self.send(user)
                self.assertEqual(await frame(socket), text)
        until(lambda: self.hermod.metric("hermod_span_posts_failed_total") > 0, "an export has failed")
        self.assertGreater(self.hermod.metric("hermod_spans_waiting"), 0)
        self.assertEqual(self.hermod.page("/healthz/ready")[0], 200)
