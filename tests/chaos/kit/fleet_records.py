"""The records of a scenario, and the conditions that they must meet."""

import time

from .stage import when
from .tab import REFUSED

CODES = range(4100, 5000)  # one for each disconnect, so that each end has a known cause
ENDS_SECONDS = 5  # from the answer of a disconnect until the clients have the close frames


class Disconnect:
    """A call of POST /api/users/{id}/disconnect."""

    def __init__(self, user, code, via):
        self.user, self.code, self.via = user, code, via
        self.begun_at, self.ended_at = time.monotonic(), None
        self.status, self.answer = 0, {}
        self.open = [tab for tab in user.tabs if tab.gone_at is None]
        self.before = [tab for tab in self.open if tab.admitted()]

    def answered(self, status, answer):
        self.ended_at = time.monotonic()
        self.status, self.answer = status, answer

    def silent(self):
        details = self.answer.get("error", {}).get("details", {})
        return details.get("silent", []) if self.status == 503 else []

    def done(self):
        """Whether the request reached the processes: each of them ended its connections, or is named as silent."""
        return self.status == 200 or bool(self.silent())

    def count(self):
        answer = self.answer if self.status == 200 else self.answer["error"]["details"]
        return answer["connections"]

    def undisturbed(self, tabs):
        return [tab for tab in tabs if not tab.member.disturbed(self.begun_at - 1, self.ended_at)]

    async def wait_for_ends(self):
        if not self.done():
            return
        awaited = self.undisturbed(self.before)
        try:
            await when(lambda: all(tab.ended_at for tab in awaited), "the connections end", ENDS_SECONDS)
        except AssertionError:
            pass  # breaches() reports them

    def breaches(self):
        """The descriptions of the faults. Called at rest."""
        if not self.done():
            return
        ended = [tab for tab in self.open if tab.code == self.code]
        least = len(self.undisturbed(ended))
        died = [tab for tab in self.open if tab.code != self.code and tab.member.ended_at is not None]
        if not least <= self.count() <= len(ended) + len(died):
            ends = "; ".join(f"{tab.member.process}: {described(tab)}" for tab in self.open)
            yield f"{self}: the answer is {self.count()}, but {least} to {len(ended) + len(died)} connections ended so: {ends}"
        for tab in self.before:
            if not self._reached(tab):
                yield f"{self}: missed a connection of {tab.member.process}, {described(tab)}"

    def _reached(self, tab):
        member = tab.member
        ended_by_another = tab.code in CODES  # before it, in a process that was frozen during both
        if ended_by_another or tab.code in (self.code, REFUSED) or member.process in self.silent():
            return True
        if member.ended_at is not None and tab.gone_at is not None and tab.gone_at >= member.ended_at - 1:
            return True  # it ended with its process
        # The user may leave a connection of a frozen process, which cannot end it before it returns.
        return tab.left_at is not None and member.disturbed(self.begun_at, tab.left_at - ENDS_SECONDS)

    def __str__(self):
        return f"disconnect of {self.user.name} with {self.code}, status {self.status}, silent {self.silent()}"


def described(tab):
    def seconds(when):
        return "-" if when is None else f"{when - tab.begun_at:.1f} s"

    times = f"open after {seconds(tab.open_at)}, left {seconds(tab.left_at)}, ended {seconds(tab.ended_at)}"
    return f"{times} with {tab.code} {tab.reason}"


def had_room(tab, limit, margin_s=2):
    """Whether the user of a refused tab certainly had fewer connections than the limit while it waited."""
    begun = tab.open_at - margin_s
    return sum(other is not tab and other.overlaps(begun, tab.ended_at) for other in tab.user.tabs) < limit


def locked_out_s(tab):
    """Seconds from the last event that explains the refusal of a tab, or None: from an end, freeze or return of a process
    in which the user had a connection."""
    events = [
        event
        for other in tab.user.tabs
        for event in other.member.events()
        if event <= tab.ended_at and other.begun_at < event and (other.gone_at is None or other.gone_at > event - 1)
    ]
    return tab.ended_at - max(events) if events else None
