"""Runs a Kafka and a Redis for the tests until standard input ends. Prints their addresses as JSON."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "tests" / "e2e"))

from support.kafka import Kafka  # noqa: E402
from support.records import OTHER_TOPIC, TOPIC  # noqa: E402
from support.redis import Redis  # noqa: E402

redis = Redis()
kafka = Kafka()
for topic in (TOPIC, OTHER_TOPIC):  # a router is ready when one of them exists
    kafka.create(topic)
print(json.dumps({"kafkaBootstrapServers": kafka.servers, "redisUrl": redis.url()}), flush=True)
sys.stdin.read()
kafka.stop()
redis.stop()
