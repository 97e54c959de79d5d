"""Compares the messages that the clients received with the promise of a scenario."""

import dataclasses
import statistics


@dataclasses.dataclass
class Promise:
    """The permitted deviations: maximum counts, except again_s."""

    lost: int = 0  # numbers that no connection of the user received
    twice: int = 0  # numbers that one connection received twice
    disorder: int = 0  # numbers that arrived after a higher one on the same connection
    gaps: int = 0  # numbers that an open connection did not receive after a lower one
    again_s: float = 1.5  # maximum age, at the end of a connection, of messages that the next one receives again
    announced: int = 0  # sum of the counts in notifications_dropped notices


def missing(clients, sent):
    """The numbers that no device of their user received."""
    seen = {client.user: client.numbers for client in clients}
    return [
        (user, n)
        for user, numbers in seen.items()
        if len(numbers) < sent[user]
        for n in range(1, sent[user] + 1)
        if n not in numbers
    ]


def gaps(clients, sent):
    """The numbers that a connection did not receive between its first one and its end, or the last one sent."""
    return [
        (client.user, n)
        for client in clients
        for connection in client.connections
        for n in connection.gaps(sent[client.user])
    ]


class Ledger:
    def __init__(self, promise, clients, sent):
        """`sent` has the last number that was sent to each user; the first is 1."""
        self.promise = promise
        self.sent = sum(sent.values())
        self.twice, self.disorder = [], []
        self.again, self.ages, self.announced = 0, [0.0], 0
        self.lost, self.gaps = missing(clients, sent), gaps(clients, sent)
        for client in clients:
            self.announced += sum(payload["count"] for payload in client.noticed("notifications_dropped"))
            self._read(client)

    def _read(self, client):
        seen = {}  # number: (when it arrived last, index of the connection)
        for index, connection in enumerate(client.connections):
            last = 0
            for number, when in connection.got:
                before = seen.get(number)
                if before and before[1] == index:
                    self.twice.append((client.user, number))
                elif number < last:
                    self.disorder.append((client.user, number, last))
                elif before:
                    self.again += 1
                    ended = client.connections[before[1]].ended_at or when
                    self.ages.append(ended - before[0])
                seen[number] = (when, index)
                last = max(last, number)

    def breaches(self):
        """Descriptions of the broken promises."""
        found = []
        for name in ("lost", "twice", "disorder", "gaps"):
            which = getattr(self, name)
            if len(which) > getattr(self.promise, name):
                found.append(f"{name} {len(which)}, promised at most {getattr(self.promise, name)}: {which[:10]}")
        if max(self.ages) > self.promise.again_s:
            found.append(f"again after {max(self.ages):.2f} s, promised at most {self.promise.again_s} s")
        if self.announced > self.promise.announced:
            found.append(f"announced as dropped {self.announced}, promised at most {self.promise.announced}")
        return found

    def figures(self):
        return (
            f"sent {self.sent}, lost {len(self.lost)}, twice {len(self.twice)}, disorder {len(self.disorder)}, "
            f"gaps {len(self.gaps)}, again {self.again} (oldest {max(self.ages):.2f} s), announced {self.announced}"
        )


def spread(values):
    """The median and the maximum, in ms."""
    return f"p50 {statistics.median(values) * 1000:.0f} ms, max {max(values) * 1000:.0f} ms" if values else "none"
