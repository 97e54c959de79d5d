"""Kafka is killed, and the group rebalances under load."""

import re

from kit.ledger import Promise
from kit.pace import lasting
from kit.stage import Stage, aside, when


class KafkaFaults(Stage):
    async def test_killed_with_a_backlog(self):
        await self.start_all()
        self.load.write(1000)
        await self.load.stop()
        await aside(self.kafka.child.kill)
        await lasting(1)
        await aside(self.kafka.start)
        await self.load.start()
        await self.arriving()
        await self.close_books()

    async def test_rebalanced_under_load(self):
        """A second process joins, then ends by SIGTERM or SIGKILL. Partitions move while records are in flight."""
        await self.start_all()
        for end in (self.stop_hermod, self.kill_hermod):
            second = await self.start_hermod()
            await aside(second.wait_for_kafka)
            await self.arriving(600)
            self.load.write(500)
            await end(second)
            await self.arriving(600)
        await self.close_books(Promise(again_s=1))

    async def test_a_second_process_gets_partitions_while_redis_is_away(self):
        await self.start_all()
        await aside(self.redis.freeze)
        await lasting(1.5)
        second = await self.start_hermod()
        got = re.compile(r'Kafka partitions assigned.*?"?count"?[:=] ?"?[1-9]')
        await when(lambda: got.search(second.child.said()), "the second process has partitions", 10)
        await aside(self.redis.thaw)
        await self.arriving()
        await self.close_books()
