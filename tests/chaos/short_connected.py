"""Another process routes while a user's connection begins, and while two processes publish to different channels."""

from kit.client import Client
from kit.ledger import Promise
from kit.pace import lasting
from kit.proxy import Proxy
from kit.stage import Stage, aside, when
from support.hermod import KEY

ROUNDS = 3


class Beginning(Client):
    """Records, for each of its connections, the last number that was sent to its user when it was open."""

    def __init__(self, user, key, port, sent):
        self.sent = sent
        super().__init__(user, key, port)

    async def _listen(self, connection):
        connection.sent_before = self.sent[self.user]
        await super()._listen(connection)

    def missed(self):
        """The connections that did not receive the first number that was sent after they were open."""
        return [
            (self.user, connection.sent_before, connection.got[0][0])
            for connection in self.connections
            if connection.got and connection.got[0][0] > connection.sent_before + 1
        ]


class Connected(Stage):
    settings = {"NOTIFICATION_TTL_SECONDS": 0}

    async def test_a_connection_that_begins_misses_nothing_of_another_process(self):
        """Without a replay for users who were offline, and with a slow subscription link."""
        link = await Proxy(self.redis.port).start()
        self.addAsyncCleanup(link.stop)
        link.delay_s = 0.3
        far = await self.start_hermod(REDIS_URL=f"redis://127.0.0.1:{link.port}/0", KAFKA_TOPICS=f"other.{self.topic}")
        await aside(far.wait_for_redis)
        router = await self.start_hermod()
        await aside(router.wait_for_kafka)
        await self.load.start()
        self.clients = [Beginning(user, KEY, far.address.port, self.load.sent) for user in self.users]
        await self.arriving()
        for _ in range(ROUNDS):
            leaving = self.clients[::2]
            for client in leaving:
                client.away.set()
                client.drop()
            await lasting(1)  # longer than an unsubscription takes on the slow link
            for client in leaving:
                client.away.clear()
            await lasting(1.5)
        await when(lambda: all(client.connected() for client in self.clients), "all clients are connected")
        await self.arriving(600)
        self.assertEqual([late for client in self.clients for late in client.missed()], [])
        await self.close_books(Promise(lost=10**6, again_s=30), connections=self.connections())

    def connections(self):
        return sum(len(client.connections) for client in self.clients)


class TwoChannels(Stage):
    async def test_two_processes_publish_to_two_channels(self):
        """A rolling change of REDIS_PUBLISH_CHANNEL: no message is delivered twice, whichever process routed it."""
        await self.start_all()
        second = await self.start_hermod(REDIS_PUBLISH_CHANNEL="ws:{user}")
        await aside(second.wait_for_kafka)
        for client in self.clients[::2]:
            client.drop()
        await self.arriving(900)
        await self.close_books()
