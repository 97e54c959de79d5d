"""Messages to 1,000 connections by hermod's path from hub to socket and by the reference server, alternating"""

from ..programs import run_against_flood

REPEATS = 3
CONNECTIONS = 1000


def pair(results, name, burst, messages):
    floor = run_against_flood("floor", CONNECTIONS, messages, burst=burst)["cpu_us_per_message"]
    bare = run_against_flood("deliver", CONNECTIONS, messages, burst=burst, delivery_ping_ms=0)["cpu_us_per_message"]
    pinged = run_against_flood("deliver", CONNECTIONS, messages, burst=burst)["cpu_us_per_message"]
    results.add(f"deliver.{name}_floor", floor, "us", "the reference server")
    results.add(f"deliver.{name}", bare, "us", "hermod, WEBSOCKET_DELIVERY_PING_MS=0")
    results.add(f"deliver.{name}_pinged", pinged, "us", "hermod with delivery pings")
    results.add(f"deliver.{name}_to_floor", bare / floor, "x")


def run(results, in_full):
    scale = 4 if in_full else 1
    pair(results, "single", 1, 200_000 * scale)
    pair(results, "burst", 50, 1_000_000 * scale)
