"""Time that is part of a scenario: how long a fault lasts, how fast a load goes, when a page tries again. Waiting for
something to come about is stage.when()."""

import asyncio


async def lasting(seconds):
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    timer = loop.call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()
