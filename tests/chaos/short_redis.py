"""Redis is killed, frozen, emptied, cut off."""

from kit.ledger import Promise
from kit.pace import lasting
from kit.stage import Stage, aside


class RedisFaults(Stage):
    async def outage(self, seconds, end, begin):
        """Redis away for so long while records go on; seconds from its return to the first delivery."""
        await aside(end)
        await lasting(seconds)
        await aside(begin)
        return f"{await self.next_delivery_s():.2f} s"

    async def test_killed_and_back_with_its_data(self):
        await self.raise_curtain()
        back = await self.outage(2.5, self.redis.kill, self.redis.start)
        await self.arriving()
        self.assertTrue(all(client.noticed("service_degraded") for client in self.clients))
        await self.close_books(Promise(), first_delivery_after=back)

    async def test_killed_and_back_empty(self):
        """Missed may be what was between Redis' answer and the subscriber, and twice what Redis did not answer for."""
        await self.raise_curtain()

        def restart_empty():
            self.redis.forget()
            self.redis.start()

        back = await self.outage(0.5, self.redis.kill, restart_empty)
        await self.arriving()
        await self.close_books(Promise(lost=20, twice=20), first_delivery_after=back)

    async def test_frozen_for_less_than_the_time_outs(self):
        await self.raise_curtain()
        back = await self.outage(1, self.redis.freeze, self.redis.thaw)
        await self.arriving()
        self.assertFalse(any(client.noticed("service_degraded") for client in self.clients))
        await self.close_books(Promise(), first_delivery_after=back)

    async def test_frozen_for_longer_than_the_time_outs(self):
        await self.raise_curtain()
        back = await self.outage(6, self.redis.freeze, self.redis.thaw)
        await self.arriving()
        await self.close_books(Promise(), first_delivery_after=back)
