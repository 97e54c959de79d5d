"""Wake-ups of an idle process."""

from kit.pace import lasting
from kit.stage import Stage, aside
from support.hermod import Hermod

IDLE_SECONDS = 5


def turns(hermod):
    """The number of voluntary context switches of the loop's thread: how often it slept and woke up."""
    process = hermod.child.process.pid
    with open(f"/proc/{process}/task/{process}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt_switches"))


class Figures(Stage):
    async def turns_a_second(self, hermod):
        await lasting(1)  # until the work after the start is done
        before = turns(hermod)
        await lasting(IDLE_SECONDS)
        return (turns(hermod) - before) / IDLE_SECONDS

    async def test_idle_wake_ups(self):
        real = await self.start_hermod()
        await aside(real.wait_for_kafka)
        embedded = await aside(Hermod)
        self.hermods.append(embedded)
        figures = [await self.turns_a_second(hermod) for hermod in (real, embedded)]
        print(f"\n  wake-ups a second when idle: {figures[0]:.1f} with brokers, {figures[1]:.1f} embedded", flush=True)
        self.assertLess(figures[0], 30)
        self.assertLess(figures[1], 30)
