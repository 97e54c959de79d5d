"""Protocol sections 1 and 2: from Kafka through Redis to the user's sockets."""

import asyncio
import json
import unittest

from support.hermod_test_case import HermodTestCase, kafka, redis
from support.records import as_text, envelope, notification
from support.sockets import frame, node, open_socket
from support.waiting import until


class Routing(HermodTestCase):
    async def test_an_envelopes_notification_arrives_byte_for_byte(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            text = self.send(user)
            self.assertEqual(await frame(socket), text)

    async def test_a_bare_notification_arrives_byte_for_byte(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            text = as_text(notification(user))
            kafka().produce(self.topic, "  " + text + " \n", key=user)
            self.assertEqual(await frame(socket), text)

    async def test_both_topics_are_read(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            for topic in (self.topic, self.other_topic):
                text = self.send(user, topic=topic)
                self.assertEqual(await frame(socket), text)

    async def test_each_connection_of_the_user_gets_one_copy_and_nobody_else_any(self):
        user, other = self.user(), self.user()
        async with open_socket(self.socket_url(user)) as first, open_socket(self.socket_url(user)) as second:
            async with open_socket(self.socket_url(other)) as foreign:
                texts = [self.send(user) for _ in range(3)]
                self.assertEqual([await frame(first) for _ in texts], texts)
                self.assertEqual([await frame(second) for _ in texts], texts)
                own = self.send(other)
                self.assertEqual(await frame(foreign), own)

    async def test_a_users_records_keep_their_order(self):
        user = self.user()
        texts = [as_text(notification(user, batch_id=str(number))) for number in range(500)]
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce_lines(self.topic, [envelope(text, self.topic) for text in texts], user)
            self.assertEqual([await frame(socket) for _ in texts], texts)

    async def test_an_event_is_routed_once(self):
        user = self.user()
        text = as_text(notification(user))
        twice = envelope(text, self.topic)
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce(self.topic, twice, key=user)
            kafka().produce(self.topic, twice, key=user)
            kafka().produce(self.topic, envelope(text, self.topic), key=user)
            marker = self.send(user)
            self.assertEqual([await frame(socket) for _ in range(3)], [text, text, marker])

    async def test_values_outside_the_lists_are_routed_all_the_same(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            text = self.send(user, category="gossip", priority="whenever", student_id=7)
            self.assertEqual(await frame(socket), text)

    async def test_optional_fields_may_be_missing(self):
        user = self.user()
        fields = ("teacher_id", "notification_type", "category", "priority", "payload", "correlation_id")
        text = json.dumps({name: notification(user)[name] for name in fields})
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce(self.topic, text, key=user)
            self.assertEqual(await frame(socket), text)

    async def test_an_envelope_of_another_type_is_not_for_us(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce(self.topic, envelope(as_text(notification(user)), "something.else.v1"), key=user)
            marker = self.send(user)
            self.assertEqual(await frame(socket), marker)

    async def test_a_large_record_arrives_whole(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            text = self.send(user, payload={"text": "ü" * 200_000})
            self.assertEqual(await frame(socket), text)

    def test_nodes_ws_sees_the_same(self):
        user = self.user()
        text = as_text(notification(user))
        url = self.socket_url(user)
        kafka().produce(self.topic, envelope(text, self.topic), key=user)
        events = node(url)
        self.assertEqual(events[1], {"event": "message", "text": text, "binary": False})

    async def test_what_came_while_the_user_was_away_is_replayed(self):
        user = self.user()
        texts = [self.send(user) for _ in range(3)]
        async with open_socket(self.socket_url(user)) as socket:
            self.assertEqual([await frame(socket) for _ in texts], texts)


class ForeignTexts(HermodTestCase):
    async def test_backends_may_publish_on_both_channels_themselves(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            for channel in (f"teacher:{user}:notifications", f"ws:{user}"):
                until(lambda name=channel: redis().listeners(name) == 1, f"hermod is subscribed to {channel}")
                redis().publish(channel, f"any text on {channel}")
                self.assertEqual(await frame(socket), f"any text on {channel}")

    async def test_one_subscription_a_user_released_with_the_last_connection(self):
        user = self.user()
        channel = f"teacher:{user}:notifications"
        async with open_socket(self.socket_url(user)) as first:
            async with open_socket(self.socket_url(user)):
                until(lambda: redis().listeners(channel) == 1, "one subscription")
            redis().publish(channel, "still here")
            self.assertEqual(await frame(first), "still here")
        until(lambda: redis().listeners(channel) == 0, "the subscription is released")

    async def test_the_published_text_stands_on_the_channel(self):
        user = self.user()
        watcher = redis().subscribe(f"teacher:{user}:notifications")
        text = self.send(user)
        until(watcher.texts, "the message is published")
        self.assertEqual(watcher.texts(), [text])
        watcher.close()


class EnvelopeFormat(HermodTestCase):
    settings = {"REDIS_PUBLISH_FORMAT": "envelope"}

    async def test_the_whole_record_value_is_published(self):
        user = self.user()
        value = envelope(as_text(notification(user)), self.topic)
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce(self.topic, value, key=user)
            self.assertEqual(await frame(socket), value)


class EventFormat(HermodTestCase):
    settings = {"REDIS_PUBLISH_FORMAT": "event", "REDIS_PUBLISH_CHANNEL": "ws:{user}"}

    async def test_the_event_is_what_the_first_service_published(self):
        user = self.user()
        data = notification(user, payload={"text": "hello", "category": "shadowed", "number": 1.50}, deadline_timestamp="2026-02-01T00:00:00Z")
        del data["batch_id"]
        watcher = redis().subscribe(f"ws:{user}")
        async with open_socket(self.socket_url(user)) as socket:
            kafka().produce(self.topic, envelope(as_text(data), self.topic), key=user)
            text = await frame(socket)
        pairs = json.loads(text, object_pairs_hook=list)
        self.assertEqual([name for name, _ in pairs], ["event", "data"])
        names = [name for name, _ in pairs[1][1]]
        self.assertEqual(len(names), len(set(names)), "no key twice")
        expected = {
            "text": "hello",
            "number": 1.5,
            "category": "batch_progress",
            "priority": "standard",
            "action_required": False,
            "deadline": "2026-02-01T00:00:00Z",
            "batch_id": None,
            "class_id": None,
            "correlation_id": data["correlation_id"],
            "timestamp": "2026-01-31T08:15:30Z",
        }
        self.assertEqual(json.loads(text), {"event": "batch_ready", "data": expected})
        until(watcher.texts, "published on ws:{user}")
        self.assertEqual(watcher.texts(), [text])
        watcher.close()


class DeadLetters(HermodTestCase):
    def value_of(self, **changes):
        return as_text({k: v for k, v in notification(self.user(), **changes).items() if v is not ...})

    async def test_what_cannot_be_routed_is_kept_with_its_reason_and_the_partition_goes_on(self):
        user = self.user()
        twice = self.value_of()[:-1] + ', "teacher_id": "other"}'
        bad = [
            b"not json",
            self.value_of()[:-20],
            self.value_of() + "x",
            self.value_of().encode() + b"\xff",
            b'{"payload": "\xff"}',
            "[1, 2]",
            self.value_of(teacher_id=""),
            self.value_of(teacher_id=7),
            self.value_of(teacher_id="x" * 257),
            self.value_of(payload="text"),
            self.value_of(category=...),
            self.value_of(correlation_id=None),
            twice,
            "[" * 10_000 + "]" * 10_000,
            self.value_of(payload={"text": "x" * 1_100_000}),
        ]
        async with open_socket(self.socket_url(user)) as socket:
            for value in bad:
                kafka().produce(self.topic, value, key=user)
            kafka().produce_empty(self.topic, user)
            kafka().produce_tombstone(self.topic, user)
            marker = self.send(user)
            self.assertEqual(await frame(socket), marker)
        total = len(bad) + 2
        until(lambda: len(kafka().records(self.dead_letter_topic)) == total, f"{total} dead letters")
        records = kafka().records(self.dead_letter_topic)
        self.assertIn("not json", [value for _, value, _ in records])
        for key, _, headers in records:
            self.assertEqual(key, user)
            names = {part.split("=")[0] for part in headers.split(",")}
            wanted = {"hermod-reason", "hermod-error-code", "hermod-topic", "hermod-partition", "hermod-offset", "hermod-time"}
            self.assertLessEqual(wanted, names)
        log = self.hermod.child.said()
        self.assertNotIn("not json", log)


class DefaultTopics(HermodTestCase):
    """Without KAFKA_TOPICS, the topics of protocol section 1 are used."""

    settings = {"KAFKA_TOPICS": "", "KAFKA_CONSUMER_GROUP": ""}

    @classmethod
    def setUpClass(cls):
        from support.records import OTHER_TOPIC, TOPIC

        cls.names = (TOPIC, OTHER_TOPIC)
        for name in cls.names:
            kafka().create(name)
        super().setUpClass()

    async def test_both_are_read(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as socket:
            for name in self.names:
                self.assertEqual(self.send(user, topic=name), await frame(socket))
        groups = await asyncio.to_thread(lambda: self.hermod.page("/healthz/kafka"))
        self.assertEqual(groups[0], 200)


class ConnectionsOnly(HermodTestCase):
    """KAFKA_CONSUME=false: another process routes the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.edge = cls.start_hermod(KAFKA_CONSUME="false", KAFKA_BOOTSTRAP_SERVERS="")

    @classmethod
    def tearDownClass(cls):
        status = cls.edge.stop()
        super().tearDownClass()
        assert status == 0, cls.edge.child.said()[-5000:]

    async def test_it_delivers_what_another_process_consumes(self):
        user = self.user()
        async with open_socket(self.edge.socket_url(token=self.edge.token(user))) as socket:
            text = self.send(user)
            self.assertEqual(await frame(socket), text)

    def test_it_is_ready_and_says_that_it_consumes_nothing(self):
        self.assertEqual(self.edge.page("/healthz/ready")[0], 200)
        expected = {"service": "kafka", "status": "healthy", "brokers": "none", "consumes": False}
        self.assertEqual(self.edge.page("/healthz/kafka"), (200, expected))
        self.assertEqual(self.edge.metric("hermod_source_partitions_assigned"), 0)


if __name__ == "__main__":
    unittest.main()
