"""A cluster that does not know sharded channels, as before Redis 7: REDIS_PUBSUB=auto means classic."""

import unittest
import uuid

from support.hermod import Hermod, run
from support.hermod_test_case import kafka
from support.records import as_text, envelope, notification
from support.redis_cluster import RedisCluster
from support.sockets import frame, open_socket

# Without these commands, Redis 7 answers as an older version.
WITHOUT_SHARDED_CHANNELS = ('rename-command SSUBSCRIBE ""', 'rename-command SPUBLISH ""')


class OldCluster(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.topic = f"old.{uuid.uuid4().hex[:8]}"
        kafka().create(cls.topic)
        cls.cluster = RedisCluster(masters=2, replicas=0, lines=WITHOUT_SHARDED_CHANNELS)
        cls.hermod = Hermod(
            REDIS_URL=cls.cluster.url(),
            KAFKA_BOOTSTRAP_SERVERS=kafka().servers,
            KAFKA_TOPICS=cls.topic,
            KAFKA_CONSUMER_GROUP=f"group-{cls.topic}",
        )
        cls.hermod.wait_for_kafka()
        cls.hermod.wait_for_redis()

    @classmethod
    def tearDownClass(cls):
        status = cls.hermod.stop()
        cls.cluster.kill()
        assert status == 0, cls.hermod.child.said()[-5000:]

    async def test_users_of_all_shards_are_served(self):
        self.assertIn("the cluster does not know sharded channels", self.hermod.child.said())
        masters = set()
        while len(masters) < 2:
            user = f"teacher-{uuid.uuid4().hex[:12]}"
            masters.add(self.cluster.master_of(user).port)
            text = as_text(notification(user))
            async with open_socket(self.hermod.socket_url(token=self.hermod.token(user))) as socket:
                kafka().produce(self.topic, envelope(text, self.topic), key=user)
                self.assertEqual(await frame(socket), text)

    def test_check_says_so(self):
        done = run("check", settings=self.hermod.settings)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("classic channels: the servers know no sharded ones", done.stdout)

    def test_sharded_is_refused(self):
        done = run("check", settings=self.hermod.settings | {"REDIS_PUBSUB": "sharded"})
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
