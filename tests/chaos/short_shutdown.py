"""hermod ends in the middle of an outage of both its servers."""

from kit.ledger import Promise
from kit.pace import lasting
from kit.stage import Stage, aside, when

DRAIN_SECONDS = 3  # by then the loss of Kafka is noticed, and the session in its group still lasts


class Shutdown(Stage):
    per_second = 100

    async def test_redis_accepts_again_just_after_the_source_gave_up(self):
        """400 records wait, Kafka is lost, SIGTERM: what is published then is the records' own, each once."""
        # MALLOC_PERTURB_: the C library overwrites what is freed, so that to publish it shows.
        hermod = await self.start_all(DRAIN_SECONDS=DRAIN_SECONDS, MALLOC_PERTURB_=165)
        await aside(self.redis.cli, "CONFIG", "SET", "maxmemory", "1")
        self.load.write(400)
        await self.load.stop()
        await when(lambda: hermod.metric("hermod_records_in_flight") >= 400, "400 records wait")
        await aside(self.kafka.child.kill)
        try:
            # Clients that answer no close frame keep the bus open for two seconds longer than the source.
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
