"""The dead-letter topic cannot be written, while everything else works."""

import time

from kit.ledger import Promise
from kit.pace import lasting
from kit.stage import Stage, aside, when

TTL_SECONDS = 20  # an offset is held for a quarter of it, 5 s


class UnwritableDeadLetters(Stage):
    per_second = 100
    settings = {
        "KAFKA_DEAD_LETTER_TOPIC": "__consumer_offsets",  # an internal topic, which rejects producers
        "IDEMPOTENCY_TTL_SECONDS": TTL_SECONDS,
        "DRAIN_SECONDS": 15,
    }

    async def produce_bad(self, count, size):
        for _ in range(count):
            await aside(self.kafka.produce, self.topic, "bad" + "x" * size, self.users[0])

    async def test_nothing_stops_and_a_restart_long_after_repeats_nothing(self):
        hermod = await self.start_all()
        await self.produce_bad(18, 950_000)
        await self.arriving(600)
        status, page = await aside(hermod.page, "/healthz/ready")
        self.assertEqual(status, 200, page)
        await when(lambda: hermod.page("/healthz/ready")[1]["reasons"], "/healthz/ready reports the dead letters")
        logged = "hermod_source_dead_letters_logged_total"
        await when(lambda: hermod.metric(logged) == 18, "the dead letters are in the log")
        await when(lambda: hermod.metric("hermod_source_oldest_held_offset_seconds") < 2, "the offset is stored")
        self.assertIn("dead_letter.value", hermod.child.said())
        await lasting(TTL_SECONDS + 5)
        await self.arriving()
        await self.produce_bad(1, 10)
        await self.arriving()
        begun = time.monotonic()
        hermod.child.process.terminate()
        await when(lambda: "Kafka partitions revoked" in hermod.child.said(), "hermod leaves its group", 8)
        left = time.monotonic() - begun
        await self.start_hermod()
        await self.stop_hermod(hermod)
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        await self.arriving()
        await self.close_books(Promise(again_s=1.5), group_left_after=f"{left:.1f} s")
