"""hermod shuts down during an outage of both Kafka and Redis."""

from kit.ledger import Promise
from kit.pace import lasting
from kit.stage import Stage, aside, when

DRAIN_SECONDS = 3  # long enough to detect the loss of Kafka, shorter than the group session


class Shutdown(Stage):
    per_second = 100

    async def test_redis_accepts_again_just_after_the_source_gave_up(self):
        """400 records wait, Kafka is lost, SIGTERM: each record is then published once, with its own bytes."""
        # MALLOC_PERTURB_ makes the C library overwrite freed memory, so that publishing freed bytes is detected.
        hermod = await self.start_all(DRAIN_SECONDS=DRAIN_SECONDS, MALLOC_PERTURB_=165)
        await aside(self.redis.cli, "CONFIG", "SET", "maxmemory", "1")
        self.load.write(400)
        await self.load.stop()
        await when(lambda: hermod.metric("hermod_records_in_flight") >= 400, "400 records wait")
        await aside(self.kafka.child.kill)
        try:
            # Clients that do not answer the close frame keep the bus open two seconds longer than the source.
            self.front.swallow({client.socket.near_port for client in self.clients if client.socket})
            hermod.child.process.terminate()
            await lasting(DRAIN_SECONDS + 0.2)
            await aside(self.redis.cli, "CONFIG", "SET", "maxmemory", "0")
            self.forsake(hermod)
            self.assertEqual(await aside(hermod.child.wait, 30), 0)
        finally:
            await aside(self.kafka.start)
        for client in self.clients:
            client.drop()
        await self.start_hermod()
        await self.close_books(Promise(again_s=30))
