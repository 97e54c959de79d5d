"""Starts hermod for a scenario, with the brokers that it needs."""

import functools
import os
import uuid

from support import hermod, kafka
from support.kafka import Kafka
from support.process import scratch
from support.redis import Redis
from support.waiting import until

from .meter import Meter
from .programs import Flood, Load

# Enables the optimizing JIT compiler of the broker, as in production; otherwise the broker's latency dominates.
kafka.JAVA[1:4] = ["-Xmx1g", "-XX:+UseSerialGC"]


@functools.cache
def redis_server():
    return Redis()


@functools.cache
def kafka_server():
    return Kafka()


@functools.cache
def key_file():
    path = os.path.join(scratch.name, "key")
    with open(path, "w", encoding="ascii") as file:
        file.write(hermod.KEY)
    return path


class Service:
    """A ready hermod. `brokers` names the external brokers; the others are embedded. `redis` is a Deployment that replaces the
    usual Redis."""

    def __init__(self, brokers="redis kafka", redis=None, **settings):
        self.redis = redis
        self.topic = f"bench.{uuid.uuid4().hex[:8]}"
        self.brokers = brokers.split()
        self.hermod = hermod.Hermod(**({"LOG_LEVEL": "WARNING", "ENVIRONMENT": "development"} | self._addresses() | settings))
        if "redis" in self.brokers:
            self.hermod.wait_for_redis()
        if "kafka" in self.brokers:
            self.hermod.wait_for_kafka()
        self.meter = Meter(self.hermod.child.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        status = self.hermod.stop() if kind is None else self.hermod.child.kill()
        if kind is None and status != 0:
            raise AssertionError(f"hermod ended with {status}: {self.hermod.child.said()[-2000:]}")

    def _addresses(self):
        settings = {}
        if self.redis:
            self.redis.clear()
            settings |= self.redis.settings
        elif "redis" in self.brokers:
            redis_server().cli("FLUSHALL")
            settings["REDIS_URL"] = redis_server().url()
        if "kafka" in self.brokers:
            kafka_server().create(self.topic)
            settings |= {
                "KAFKA_BOOTSTRAP_SERVERS": kafka_server().servers,
                "KAFKA_TOPICS": self.topic,
                "KAFKA_CONSUMER_GROUP": f"group-{self.topic}",
            }
        return settings

    def flood(self, **options):
        url = f"ws://{self.hermod.address.netloc}/ws/v1/notifications?token={{token}}"
        return Flood(url, key_file(), **options)

    def publish(self, **options):
        """Publishes directly to the users' Redis channels."""
        return Load(redis=f"127.0.0.1:{redis_server().port}", **options)

    def produce(self, **options):
        """Produces records to hermod's topic."""
        return Load(kafka=kafka_server().servers, topic=self.topic, **options)

    def wait_subscribed(self, users):
        """Waits until Redis has the channels of this number of users, three per user."""
        until(lambda: self.channels() >= 3 * users, f"{users} users are subscribed")

    def channels(self):
        if self.redis:
            return self.redis.channels()
        for line in redis_server().cli("INFO", "stats").splitlines():
            if line.startswith("pubsub_channels:"):
                return int(line.partition(":")[2])
        return 0
