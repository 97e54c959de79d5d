"""Kafka is available, but a process cannot consume."""

from kit.stage import Stage, aside, when


class KafkaRefusals(Stage):
    settings = {"KAFKA_CONFIG": "session.timeout.ms=6000,heartbeat.interval.ms=500,group.instance.id=one"}

    async def test_a_rival_with_the_same_group_instance_id(self):
        """Each process fences the other. The fenced process is not ready, reports the reason, and recovers by itself."""
        first = await self.start_all()

        def fenced():
            status, body = first.page("/healthz/ready")
            return status == 503 and any("group.instance.id" in reason for reason in body["reasons"])

        def ready():
            return first.page("/healthz/ready")[0] == 200

        second = await self.start_hermod()
        await when(fenced, "the first process is not ready and names the setting", 20)
        self.assertEqual(first.metric("hermod_ready"), 0)
        await aside(second.wait_for_kafka)
        await self.stop_hermod(second)
        await when(ready, "the first process is ready again", 60)
        await self.arriving()
        await self.close_books()
