"""Time that is part of a scenario: the duration of a fault, the rate of a load, the reconnect delay of a page. To wait
for a condition, use stage.when()."""

import asyncio


async def lasting(seconds):
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    timer = loop.call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()
