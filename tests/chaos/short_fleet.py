"""Three processes share the limits, the presence and the disconnects of 200 users, while one of them is restarted, one is
killed and one is frozen. long_fleet.py has more users, faults at random, and a Redis Cluster."""

from kit.fleet_stage import FleetStage
from kit.pace import lasting

FROZEN_SECONDS = 13


class FleetFaults(FleetStage):
    async def test_one_restart_one_kill_one_freeze(self):
        await self.start_fleet()
        first, second, third = self.members
        await lasting(4)
        await self.restart(first)
        await self.kill(second)
        await self.start_member()
        await self.freeze(third, FROZEN_SECONDS)
        await self.crowd.rest()
        right = await self.check_at_rest()
        await self.close_fleet(leases_right_after=f"{right:.1f} s")
