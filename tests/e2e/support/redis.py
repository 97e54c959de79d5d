"""A Redis on a free port. It can be stopped, and is empty after a new start."""

import json
import subprocess

from .process import Child, folder, free_port
from .waiting import until


class Redis:
    def __init__(self, password=""):
        self.port = free_port()
        self.password = password
        self.start()

    def url(self, database=0):
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}127.0.0.1:{self.port}/{database}"

    def start(self):
        arguments = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", folder("redis")]
        if self.password:
            arguments += ["--requirepass", self.password]
        self.child = Child("redis", arguments)
        until(lambda: self.cli("PING") == "PONG", "Redis answers")

    def stop(self):
        self.child.stop()

    def cli(self, *command):
        """The reply as redis-cli prints it to a pipe."""
        credentials = ["-a", self.password, "--no-auth-warning"] if self.password else []
        arguments = ["redis-cli", "-p", str(self.port), *credentials, *command]
        return subprocess.run(arguments, capture_output=True, text=True, check=False).stdout.rstrip("\n")

    def publish(self, channel, text):
        """Publishes like a backend without hermod, and returns the number of receivers."""
        return int(self.cli("PUBLISH", channel, text))

    def listeners(self, channel):
        return int(self.cli("PUBSUB", "NUMSUB", channel).split("\n")[1])

    def config(self, name, value):
        assert self.cli("CONFIG", "SET", name, value) == "OK", (name, value)

    def subscribe(self, channel):
        return Subscription(self, channel)


class Subscription:
    """The messages that redis-cli receives on a channel."""

    def __init__(self, redis, channel):
        arguments = ["redis-cli", "-p", str(redis.port), "--json", "SUBSCRIBE", channel]
        self.child = Child("subscription", arguments)
        until(lambda: '"subscribe"' in self.child.said(), "the subscription is confirmed")

    def texts(self):
        lines = [json.loads(line) for line in self.child.said().splitlines() if line.endswith("]")]
        return [line[2] for line in lines if line[0] == "message"]

    def close(self):
        self.child.kill()
