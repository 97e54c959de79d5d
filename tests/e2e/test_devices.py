"""Each device has its own position: what one device confirms is not lost for another one."""

import asyncio
import json

from support.hermod_test_case import TwoProcesses, redis
from support.sockets import closed, frame, open_socket
from support.waiting import eventually, until


def url_of(process, user, device=None):
    url = process.socket_url(token=process.token(user))
    return url if device is None else f"{url}&device={device}"


def abort(socket):
    """The connection ends without a close frame, as in a tunnel."""
    socket.transport.abort()


class Devices(TwoProcesses):
    settings = {"WEBSOCKET_DELIVERY_PING_MS": 20}

    async def until_confirmed(self, user, field, count):
        """Waits until a position in Redis has this count: a device, or the user with the empty name."""

        def reached():
            return redis().cli("HGET", f"hermod:{{{user}}}:acked", field).endswith(f"-{count}")

        await eventually(reached, f"{field or 'the user'} has confirmed {count}")

    async def until_all_confirmed(self, user, count):
        """The same for the user and every connection."""

        def reached():
            positions = redis().cli("HVALS", f"hermod:{{{user}}}:acked").split("\n")
            return all(position.endswith(f"-{count}") for position in positions)

        await eventually(reached, f"everything has confirmed {count}")

    async def receive(self, socket, texts):
        for text in texts:
            self.assertEqual(await frame(socket), text)

    async def nothing_more(self, socket, user):
        """The next frame is a message that is sent now."""
        marker = self.send(user)
        self.assertEqual(await frame(socket), marker)

    async def test_a_phone_in_a_tunnel_gets_what_the_laptop_confirmed_meanwhile(self):
        user = self.user()
        async with open_socket(url_of(self.hermod, user, "laptop")) as laptop:
            phone = await open_socket(url_of(self.other, user, "phone"))
            first = self.send(user)
            await self.receive(laptop, [first])
            await self.receive(phone, [first])
            await self.until_confirmed(user, "phone", 1)
            abort(phone)
            missed = [self.send(user) for _ in range(20)]
            await self.receive(laptop, missed)
            await self.until_confirmed(user, "", 21)
            for process in (self.hermod, self.other):
                async with open_socket(url_of(process, user, "phone")) as phone:
                    await self.receive(phone, missed)
                    await self.nothing_more(phone, user)
                    await laptop.recv()
                    await self.until_confirmed(user, "phone", 22 if process is self.hermod else 23)
                missed = []

    async def test_after_kill_nine_each_device_continues_where_it_was(self):
        user = self.user()
        third = self.start_hermod()
        async with open_socket(url_of(self.hermod, user, "laptop")) as laptop:
            phone = await open_socket(url_of(third, user, "phone"))
            texts = [self.send(user) for _ in range(3)]
            await self.receive(laptop, texts)
            await self.receive(phone, texts)
            await self.until_confirmed(user, "phone", 3)
            third.child.kill()
            missed = [self.send(user) for _ in range(5)]
            await self.receive(laptop, missed)
            await self.until_confirmed(user, "laptop", 8)
            async with open_socket(url_of(self.other, user, "phone")) as phone:
                await self.receive(phone, missed)
                await self.nothing_more(phone, user)

    async def test_a_tab_without_a_name_that_was_cut_off_misses_nothing(self):
        user = self.user()
        async with open_socket(url_of(self.hermod, user)) as staying:
            cut_off = await open_socket(url_of(self.other, user))
            first = self.send(user)
            await self.receive(staying, [first])
            await self.receive(cut_off, [first])
            await self.until_all_confirmed(user, 1)
            abort(cut_off)
            missed = [self.send(user) for _ in range(5)]
            await self.receive(staying, missed)
            await self.until_confirmed(user, "", 6)
            async with open_socket(url_of(self.hermod, user)) as returned:
                await self.receive(returned, missed)
                await self.nothing_more(returned, user)

    async def test_a_tab_without_a_name_that_was_closed_begins_where_the_user_is(self):
        user = self.user()
        async with open_socket(url_of(self.hermod, user, "laptop")) as laptop:
            async with open_socket(url_of(self.other, user)) as tab:
                first = self.send(user)
                await self.receive(laptop, [first])
                await self.receive(tab, [first])
            missed = self.send(user)
            await self.receive(laptop, [missed])
            await self.until_confirmed(user, "", 2)
            async with open_socket(url_of(self.other, user)) as tab:
                await self.nothing_more(tab, user)

    async def test_a_new_device_begins_where_the_user_is(self):
        user = self.user()
        async with open_socket(url_of(self.hermod, user, "laptop")) as laptop:
            text = self.send(user)
            await self.receive(laptop, [text])
            await self.until_confirmed(user, "", 1)
            async with open_socket(url_of(self.other, user, "tablet")) as tablet:
                await self.nothing_more(tablet, user)

    async def test_a_device_that_is_away_for_long_hears_how_much_it_missed(self):
        user = self.user()
        async with open_socket(url_of(self.hermod, user, "phone")) as phone:
            await self.receive(phone, [self.send(user)])
            await self.until_confirmed(user, "phone", 1)
        self.send(user)
        until(lambda: redis().cli("XLEN", f"hermod:{{{user}}}:stream") == "2", "both are routed")
        redis().cli("XTRIM", f"hermod:{{{user}}}:stream", "MAXLEN", "0")
        text = self.send(user)
        async with open_socket(url_of(self.other, user, "phone")) as phone:
            notice = json.loads(await frame(phone))
            self.assertEqual(notice["notification_type"], "notifications_dropped")
            self.assertEqual(notice["payload"]["count"], 1)
            await self.receive(phone, [text])

    async def test_a_slow_device_gets_the_rest_when_it_returns(self):
        user = self.user()
        slow = self.start_hermod(OUTBOX_MESSAGES_MAX=10, OUTBOX_BYTES_MAX=100_000, RECORD_BYTES_MAX=100_000)
        try:
            async with open_socket(url_of(self.hermod, user, "laptop")) as laptop:
                phone = await open_socket(url_of(slow, user, "phone"), max_queue=1)
                text = self.send(user)
                await self.receive(laptop, [text])
                await self.receive(phone, [text])
                await self.until_confirmed(user, "phone", 1)
                phone.transport.pause_reading()
                missed = []
                while slow.metric('hermod_closes_total{code="1013"}') == 0:
                    missed.append(self.send(user, payload={"text": "x" * 90_000}))
                    await self.receive(laptop, missed[-1:])
                await self.until_confirmed(user, "laptop", 1 + len(missed))
                phone.transport.resume_reading()
                got = 0
                try:
                    while True:
                        self.assertEqual(await frame(phone), missed[got])
                        got += 1
                except Exception as end:  # pylint: disable=broad-except
                    self.assertNotIsInstance(end, AssertionError)
                self.assertIn((await closed(phone))[0], (1006, 1013))  # it answered late, or in time
                self.assertLess(got, len(missed))
                async with open_socket(url_of(self.other, user, "phone")) as phone:
                    first = await frame(phone)
                    begun = missed.index(first)
                    self.assertLessEqual(begun, got)
                    await self.receive(phone, missed[begun + 1 :])
                    await self.nothing_more(phone, user)
        finally:
            self.assertEqual(slow.stop(), 0)


class Seen(TwoProcesses):
    """What a user has seen on one device is seen on all (protocol section 3, hermod.v1)."""

    def connect(self, process, user, device):
        protocols = ["hermod.v1", f"device.{device}", "bearer." + process.token(user)]
        return open_socket(process.socket_url(), subprotocols=protocols)

    async def notifications(self, socket, count):
        """The next notifications; other frames are ignored."""
        got = []
        while len(got) < count:
            one = json.loads(await frame(socket))
            if one["type"] == "notification":
                got.append(one)
        return got

    async def seen(self, socket):
        while (one := json.loads(await frame(socket)))["type"] != "seen":
            pass
        return one["ids"]

    async def test_it_reaches_the_other_devices_on_every_process_within_a_second(self):
        user = self.user()
        async with (
            self.connect(self.hermod, user, "laptop") as laptop,
            self.connect(self.hermod, user, "tablet") as tablet,
            self.connect(self.other, user, "phone") as phone,
        ):
            for _ in range(3):
                self.send(user)
            ids = [one["id"] for one in await self.notifications(laptop, 3)]
            await self.notifications(tablet, 3)
            await self.notifications(phone, 3)
            await laptop.send(json.dumps({"type": "seen", "ids": [ids[1]]}))
            async with asyncio.timeout(1):
                self.assertEqual(await self.seen(tablet), [ids[1]])
                self.assertEqual(await self.seen(phone), [ids[1]])
            await phone.send(json.dumps({"type": "seen", "up_to": ids[2]}))
            async with asyncio.timeout(1):
                self.assertEqual(await self.seen(tablet), [ids[0], ids[2]])
                self.assertEqual(await self.seen(laptop), [ids[0], ids[2]])  # and never what it reported itself

    async def test_a_device_that_was_offline_is_replayed_it_as_seen(self):
        user = self.user()
        async with self.connect(self.hermod, user, "laptop") as laptop:
            async with self.connect(self.other, user, "phone") as phone:
                self.send(user)
                first = (await self.notifications(phone, 1))[0]["id"]
                await self.notifications(laptop, 1)
                await (await phone.ping())
                until(lambda: redis().cli("HGET", f"hermod:{{{user}}}:acked", "phone") == first, "the phone has confirmed it")
            self.send(user)
            self.send(user)
            ids = [one["id"] for one in await self.notifications(laptop, 2)]
            await laptop.send(json.dumps({"type": "seen", "up_to": ids[0]}))
            until(lambda: redis().cli("ZCARD", f"hermod:{{{user}}}:viewed") == "2", "it is stored")
            async with self.connect(self.other, user, "phone") as phone:
                welcome = json.loads(await frame(phone))
                self.assertEqual((welcome["type"], welcome["device"], welcome["replaying"]), ("welcome", "phone", 2))
                self.assertEqual(json.loads(await frame(phone)), {"type": "seen", "ids": [first]})
                replayed = await self.notifications(phone, 2)
                self.assertEqual([(one["id"], one["seen"], one["replayed"]) for one in replayed], [(ids[0], True, True), (ids[1], False, True)])

    async def test_ids_of_nobody_change_nothing(self):
        user = self.user()
        async with self.connect(self.hermod, user, "laptop") as laptop, self.connect(self.other, user, "phone") as phone:
            self.send(user)
            known = (await self.notifications(laptop, 1))[0]["id"]
            await self.notifications(phone, 1)
            await laptop.send(json.dumps({"type": "seen", "ids": ["1-1", "9999999999999-7", "none", known]}))
            self.assertEqual(await self.seen(phone), [known])
            self.assertEqual(redis().cli("ZRANGE", f"hermod:{{{user}}}:viewed", "0", "-1"), known)

    async def test_it_survives_the_process_that_reported_it(self):
        user = self.user()
        third = self.start_hermod()
        async with self.connect(self.hermod, user, "laptop") as laptop:
            phone = await self.connect(third, user, "phone")
            self.send(user)
            known = (await self.notifications(phone, 1))[0]["id"]
            await self.notifications(laptop, 1)
            await phone.send(json.dumps({"type": "seen", "ids": [known]}))
            async with asyncio.timeout(3):
                seen = asyncio.create_task(self.seen(laptop))
                until(lambda: redis().cli("ZCARD", f"hermod:{{{user}}}:viewed") == "1", "it is stored")
                third.child.kill()
                self.assertEqual(await seen, [known])
