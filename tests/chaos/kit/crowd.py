"""Users who come and go, open several tabs in different processes, and are disconnected by an operator, all at random."""

import asyncio
import random
import time

from .fleet_records import CODES, Disconnect
from .pace import lasting
from .tab import REFUSED, VERDICT_SECONDS, Tab
from .websocket import token

LIMIT = 5  # WEBSOCKET_MAX_CONNECTIONS_PER_USER
OPENING_AT_ONCE = 64
RETURN_AGAIN_SECONDS = 1  # between the refusal of a tab that returns and its next attempt
RETURN_SECONDS = 25  # the longest time in which it tries


class User:
    def __init__(self, name, key):
        self.name, self.bearer = name, token(name, key)
        self.tabs = []  # all
        self.open = set()  # those that are not gone
        self.lost = 0  # tabs that ended with their process, and return
        self.lock = asyncio.Lock()  # held by what changes the tabs


class Crowd:
    """`members` is the list of the processes, which the stage changes."""

    def __init__(self, names, key, members, admin_token, seed):
        self.users = [User(name, key) for name in names]
        self.members, self.admin_token = members, admin_token
        self.draw = random.Random(seed)
        self.returns = True  # whether users come back after their process has ended
        self.tabs_count = 0
        self.ended_early = []  # tabs that ended by themselves in a process that had not ended
        self.disconnects = []
        self.failures = []  # exceptions of the actions
        self._opening = asyncio.Semaphore(OPENING_AT_ONCE)
        self._work = set()
        self._life = None

    # --- tabs

    def healthy(self):
        return [member for member in self.members if member.healthy()]

    async def open_tab(self, user, member=None):
        """Returns when the tab is open or has failed."""
        async with self._opening:
            tab = Tab(user, member or self.draw.choice(self.healthy()), user.bearer, self._on_end)
            self.tabs_count += 1
            user.tabs.append(tab)
            user.open.add(tab)
            while tab.open_at is None and not tab.task.done():
                await lasting(0.005)
            return tab

    def leave(self, tab):
        tab.leave(politely=self.draw.random() < 0.5)
        tab.user.open.discard(tab)

    def _on_end(self, tab):
        tab.user.open.discard(tab)
        if tab.left_at is not None or tab.code == REFUSED or tab.code in CODES:
            return
        if tab.member.ended_at is None and tab.open_at is not None:
            self.ended_early.append(tab)
        if self.returns and tab.open_at is not None:
            self.lose(tab.user)

    def lose(self, user):
        user.lost += 1
        if user.lost == 1:
            self._begin(self._return(user))

    async def _return(self, user):
        """Opens the lost tabs again in other processes. Tries again if they are refused."""
        async with user.lock:
            until = time.monotonic() + RETURN_SECONDS
            while user.lost and time.monotonic() < until:
                count, user.lost = min(user.lost, LIMIT), 0
                tabs = await asyncio.gather(*(self.open_tab(user) for _ in range(count)))
                await asyncio.wait([tab.settled for tab in tabs], timeout=VERDICT_SECONDS + 1)
                refused = sum(tab.code == REFUSED or tab.open_at is None for tab in tabs)
                if refused:
                    user.lost += refused
                    await lasting(RETURN_AGAIN_SECONDS)
            user.lost = 0

    # --- what users and operators do

    async def arrive(self):
        """Most users open one to three tabs."""

        async def come(user):
            async with user.lock:
                for _ in range(self.draw.choice((0, 1, 1, 2, 3))):
                    await self.open_tab(user)

        await asyncio.gather(*(come(user) for user in self.users))

    def start(self, actions_per_second):
        self._life = asyncio.create_task(self._live(actions_per_second))

    async def _live(self, per_second):
        loop = asyncio.get_running_loop()
        begun, done = loop.time(), 0
        while True:
            due = int((loop.time() - begun) * per_second)
            for _ in range(min(due - done, 50)):
                user = self.draw.choice(self.users)
                if not user.lock.locked() and not user.lost:
                    self._begin(self._act(user))
            done = due
            await lasting(0.02)

    async def _act(self, user):
        async with user.lock:
            chance = self.draw.random()
            if chance < 0.05:
                await asyncio.gather(*(self.open_tab(user) for _ in range(LIMIT + 2)))
            elif chance < 0.08:
                await self.disconnect(user)
            elif chance < 0.15:
                for tab in list(user.open):
                    self.leave(tab)
            elif chance < 0.5 and user.open:
                self.leave(self.draw.choice(sorted(user.open, key=lambda tab: tab.begun_at)))
            else:
                frozen = [member for member in self.members if member.frozen()]
                await self.open_tab(user, frozen[0] if frozen and self.draw.random() < 0.1 else None)

    async def disconnect(self, user):
        """Through any process. The caller holds the lock, so that no tab comes or leaves meanwhile."""
        codes = len(self.disconnects)
        record = Disconnect(user, CODES[codes % len(CODES)], self.draw.choice(self.healthy()))
        self.disconnects.append(record)
        path = f"/api/users/{user.name}/disconnect"
        record.answered(*await record.via.call("POST", path, self.admin_token, {"code": record.code}))
        await record.wait_for_ends()

    def give_up(self, member, share):
        """Some users of a frozen process leave it for another one, as behind a balancer that removes it."""
        for user in self.users:
            for tab in list(user.open):
                if tab.member is member and not user.lock.locked() and self.draw.random() < share:
                    self.leave(tab)
                    self.lose(user)

    def _begin(self, work):
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self._work.discard(task)
        if not task.cancelled() and task.exception():
            self.failures.append(task.exception())

    async def rest(self):
        """Ends the random actions, and waits for those in progress."""
        if self._life:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
        while self._work:
            await asyncio.wait(self._work)
        if self.failures:
            raise self.failures[0]

    async def stop(self):
        self.returns = False
        for user in self.users:
            for tab in user.tabs:
                tab.task.cancel()
        for task in list(self._work):
            task.cancel()
        if self._life:
            self._life.cancel()
        await lasting(0.1)
