"""A device that disconnects and reconnects does not receive messages again that it has acknowledged."""

from support.hermod_test_case import TwoProcesses
from support.sockets import frame, open_socket


class Returns(TwoProcesses):
    async def return_to(self, process):
        """Ten times, a device receives and acknowledges a notification and reconnects; another device stays connected."""
        user = self.user()
        url = self.socket_url(user)
        back = process.socket_url(token=process.token(user)) + "&device=phone"
        async with open_socket(url) as staying:
            for _ in range(10):
                async with open_socket(url + "&device=phone") as device:
                    text = self.send(user)
                    self.assertEqual(await frame(device), text)
                    await (await device.ping())  # the server's ping was sent before, so it is answered now
                async with open_socket(back) as device:
                    marker = self.send(user)
                    self.assertEqual(await frame(device), marker)
                self.assertEqual([await frame(staying), await frame(staying)], [text, marker])

    async def test_to_the_same_process_it_is_not_replayed_what_it_acknowledged(self):
        await self.return_to(self.hermod)

    async def test_to_another_process_it_is_not_replayed_what_it_acknowledged(self):
        await self.return_to(self.other)
