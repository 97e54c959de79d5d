"""A cluster that does not know sharded channels, as before Redis 7: REDIS_PUBSUB=auto means classic."""

import unittest

from support.hermod import run
from support.hermod_test_case import HermodTestCase
from support.redis_cluster import RedisCluster
from support.sockets import frame, open_socket

# Without these commands, Redis 7 answers as an older version.
WITHOUT_SHARDED_CHANNELS = ('rename-command SSUBSCRIBE ""', 'rename-command SPUBLISH ""')


class OldCluster(HermodTestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = RedisCluster(masters=2, replicas=0, lines=WITHOUT_SHARDED_CHANNELS)
        cls.settings = {"REDIS_URL": cls.cluster.url()}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.cluster.kill()

    async def test_users_of_all_shards_are_served(self):
        self.assertIn("the cluster does not know sharded channels", self.hermod.child.said())
        masters = set()
        while len(masters) < 2:
            user = self.user()
            masters.add(self.cluster.master_of(user).port)
            async with open_socket(self.socket_url(user)) as socket:
                text = self.send(user)
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
