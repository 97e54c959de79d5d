"""What must hold, said before a scenario runs, and what did."""

import dataclasses
import statistics


@dataclasses.dataclass
class Promise:
    lost: int = 0  # numbers that no connection of their user saw
    twice: int = 0  # numbers that one connection saw twice
    disorder: int = 0  # numbers that came after a later one on the same connection
    gaps: int = 0  # numbers that a connection did not see although it saw an earlier one and was there
    again_s: float = 1.5  # what a new connection sees again is not older than this at the old one's end
    announced: int = 0  # what notifications_dropped may sum up to


def missing(clients, sent):
    """The numbers that no device of their user saw."""
    seen = {client.user: client.numbers for client in clients}
    return [
        (user, n)
        for user, numbers in seen.items()
        if len(numbers) < sent[user]
        for n in range(1, sent[user] + 1)
        if n not in numbers
    ]


def gaps(clients, sent):
    """What a connection did not see after the first number that it saw, up to its end or to the last one sent."""
    return [
        (client.user, n)
        for client in clients
        for connection in client.connections
        for n in connection.gaps(sent[client.user])
    ]


class Ledger:
    def __init__(self, promise, clients, sent):
        """`sent`: how many numbers, from 1 on, each user was sent."""
        self.promise = promise
        self.sent = sum(sent.values())
        self.twice, self.disorder = [], []
        self.again, self.ages, self.announced = 0, [0.0], 0
        self.lost, self.gaps = missing(clients, sent), gaps(clients, sent)
        for client in clients:
            self.announced += sum(payload["count"] for payload in client.noticed("notifications_dropped"))
            self._read(client)

    def _read(self, client):
        seen = {}  # number: when it came last, and on which connection
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
        """In words, what did not hold."""
        found = []
        for name in ("lost", "twice", "disorder", "gaps"):
            which = getattr(self, name)
            if len(which) > getattr(self.promise, name):
                found.append(f"{name} {len(which)}, promised at most {getattr(self.promise, name)}: {which[:10]}")
        if max(self.ages) > self.promise.again_s:
            found.append(f"again after {max(self.ages):.2f} s, promised {self.promise.again_s} s")
        if self.announced > self.promise.announced:
            found.append(f"announced as dropped {self.announced}, promised at most {self.promise.announced}")
        return found

    def figures(self):
        return (
            f"sent {self.sent}, lost {len(self.lost)}, twice {len(self.twice)}, disorder {len(self.disorder)}, "
            f"gaps {len(self.gaps)}, again {self.again} (oldest {max(self.ages):.2f} s), announced {self.announced}"
        )


def spread(values):
    """p50 and the largest, in ms."""
    return f"p50 {statistics.median(values) * 1000:.0f} ms, max {max(values) * 1000:.0f} ms" if values else "none"
