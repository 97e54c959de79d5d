"""Apache Kafka with one node, from the jars that script/test has fetched. kcat produces and consumes the records."""

import os
import subprocess

from . import secrets
from .process import Child, folder, free_port, scratch
from .waiting import until

JARS = os.path.join(os.environ.get("HERMOD_CACHE", os.path.expanduser("~/.cache/hermod")), "kafka", "*")
JAVA = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", JARS]

PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
log.dirs={data}
num.partitions=3
auto.create.topics.enable=true
message.max.bytes=4194304
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""


def kcat(*arguments, **options):
    return subprocess.run(["kcat", *arguments], capture_output=True, check=True, timeout=60, **options)


class Kafka:
    def __init__(self):
        self.port = free_port()
        place = folder("kafka")
        self.properties = os.path.join(place, "server.properties")
        with open(self.properties, "w", encoding="utf-8") as file:
            file.write(PROPERTIES.format(broker=self.port, controller=free_port(), data=os.path.join(place, "data")))
        self._tool("kafka.tools.StorageTool", "format", "--standalone", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", self.properties)
        self.start()

    @property
    def servers(self):
        return f"127.0.0.1:{self.port}"

    def _tool(self, *arguments):
        subprocess.run([*JAVA, *arguments], check=True, capture_output=True, timeout=120)

    def start(self):
        self.child = Child("kafka", [*JAVA, "kafka.Kafka", self.properties])
        until(self._answers, "Kafka answers", 90)

    def stop(self):
        self.child.stop(60)

    def _answers(self):
        if not self.child.running():
            raise AssertionError(self.child.said()[-2000:])
        asked = subprocess.run(["kcat", "-L", "-b", self.servers, "-m", "1"], capture_output=True, check=False)
        return asked.returncode == 0

    def create(self, topic):
        """Creates a topic: the broker creates it when a client asks for its metadata."""
        until(lambda: b" 3 partitions" in kcat("-L", "-b", self.servers, "-t", topic).stdout, f"{topic} exists")

    def produce(self, topic, value, key=None, headers=()):
        """Produces one record, a string or bytes, and waits for the acknowledgement."""
        secrets.keep_payloads(value)
        path = os.path.join(scratch.name, "record")
        with open(path, "wb") as file:
            file.write(value.encode() if isinstance(value, str) else value)
        arguments = ["-P", "-b", self.servers, "-t", topic, "-X", "message.max.bytes=4194304"]
        if key is not None:
            arguments += ["-k", key]
        for header in headers:
            arguments += ["-H", header]
        kcat(*arguments, path)

    def produce_empty(self, topic, key):
        kcat("-P", "-b", self.servers, "-t", topic, "-K", "|", input=f"{key}|\n".encode())

    def produce_tombstone(self, topic, key):
        kcat("-P", "-b", self.servers, "-t", topic, "-Z", "-K", "|", input=f"{key}|\n".encode())

    def produce_lines(self, topic, values, key):
        """Produces many records with the same key, in order."""
        path = os.path.join(scratch.name, "records")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(value + "\n" for value in values)
        kcat("-P", "-b", self.servers, "-t", topic, "-k", key, "-l", path)

    def records(self, topic):
        """All records of a topic, as (key, value, headers)."""
        form = "%k\\x1f%s\\x1f%h\\x1e"
        got = subprocess.run(
            ["kcat", "-C", "-b", self.servers, "-t", topic, "-e", "-q", "-f", form],
            capture_output=True,
            check=False,
            timeout=60,
        ).stdout.decode(errors="replace")
        return [tuple(record.split("\x1f")) for record in got.split("\x1e")[:-1]]
