"""One Redis and one Kafka for all tests, and one hermod per test class, with its own topics and consumer group."""

import functools
import unittest
import uuid

from .hermod import Hermod
from .kafka import Kafka
from .records import as_text, envelope, notification
from .redis import Redis


@functools.cache
def redis():
    return Redis()


@functools.cache
def kafka():
    return Kafka()


class HermodTestCase(unittest.IsolatedAsyncioTestCase):
    """A hermod with a real Redis and Kafka. A subclass adds settings in `settings`."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        mark = uuid.uuid4().hex[:8]
        cls.topic, cls.other_topic = f"first.{mark}", f"second.{mark}"
        cls.dead_letter_topic = f"dead.{mark}"
        for topic in (cls.topic, cls.other_topic):
            kafka().create(topic)
        cls.hermod = cls.start_hermod()

    @classmethod
    def start_hermod(cls, **settings):
        hermod = Hermod(
            **{
                "REDIS_URL": redis().url(),
                "KAFKA_BOOTSTRAP_SERVERS": kafka().servers,
                "KAFKA_TOPICS": f"{cls.topic},{cls.other_topic}",
                "KAFKA_CONSUMER_GROUP": f"group-{cls.topic}",
                "KAFKA_DEAD_LETTER_TOPIC": cls.dead_letter_topic,
            }
            | cls.settings
            | settings
        )
        hermod.wait_for_kafka()
        hermod.wait_for_redis()
        return hermod

    @classmethod
    def tearDownClass(cls):
        status = cls.hermod.stop()
        assert status == 0, cls.hermod.child.said()[-5000:]

    def user(self):
        """A user id that no other test uses."""
        return f"teacher-{uuid.uuid4().hex[:12]}"

    def send(self, user, topic=None, **fields):
        """Produces an envelope and returns the JSON of its notification."""
        text = as_text(notification(user, **fields))
        kafka().produce(topic or self.topic, envelope(text, topic or self.topic), key=user)
        return text

    def socket_url(self, user, path="/ws/v1/notifications"):
        return self.hermod.socket_url(path, self.hermod.token(user))


class TwoProcesses(HermodTestCase):
    """Two processes on the same Redis and Kafka; the second one is `other`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.start_hermod()

    @classmethod
    def tearDownClass(cls):
        assert cls.other.stop() == 0, cls.other.child.said()[-5000:]
        super().tearDownClass()
