"""Time from exec to the first health check with status 200, memory of an idle process, size of the binary"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

from support import hermod as support
from support.process import Child, free_port

from ..meter import Meter
from ..programs import Load
from ..service import Service, kafka_server, redis_server

REPEATS = 1
STARTS = 7
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def healthy(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(REQUEST)
            return connection.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def start_ms(**settings):
    """Elapsed time and CPU time from exec to the first health check with status 200."""
    port = free_port()
    environment = support.environment(
        WEBSOCKET_HOST="127.0.0.1", WEBSOCKET_PORT=port, JWT_SECRET_KEY=support.KEY, LOG_LEVEL="WARNING", **settings
    )
    began = time.monotonic()
    child = Child("hermod", [support.BINARY, "serve"], environment, stdout=subprocess.PIPE)
    while not healthy(port):
        if time.monotonic() - began > 20 or not child.running():
            raise AssertionError(f"no successful health check: {child.said()[-1000:]}")
    took = time.monotonic() - began
    cpu_us = Meter(child.process.pid).used_us()
    child.stop()
    return took * 1000, cpu_us / 1000


def embedded_broker(hermod):
    """The address of the embedded broker, from the line after the ready line."""
    for line in hermod.child.process.stdout:
        if found := re.match(rb"embedded Kafka broker at (\S+),", line):
            return found.group(1).decode()
    raise AssertionError("hermod did not print the address of its broker")


def first_record_ms():
    """Time from exec until the record is counted. The producer starts when hermod has printed its broker's address."""
    began = time.monotonic()
    hermod = support.Hermod(LOG_LEVEL="WARNING", ENVIRONMENT="development")
    try:
        topic = "huleedu.teacher.notification.requested.v1"
        load = Load(kafka=embedded_broker(hermod), topic=topic, count=1, users=1)
        while hermod.metric("hermod_records_routed_total") < 1:
            if time.monotonic() - began > 20:
                raise AssertionError("the first record was not routed")
        took = time.monotonic() - began
        load.wait()
    finally:
        hermod.stop()
    return took * 1000


def stripped_mb():
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "hermod")
        shutil.copy(support.BINARY, copy)
        subprocess.run(["strip", copy], check=True)
        return os.path.getsize(copy) / 1e6


def idle_memory(results):
    with Service() as service:
        time.sleep(2)
        resident, proportional = service.meter.memory_kib()
        results.add("start.memory", resident / 1024, "MiB", "")
        results.add("start.memory_pss", proportional / 1024, "MiB", "proportional memory (shared pages divided)")
        with service.flood(users=1000) as flood:
            flood.wait_open()
            service.wait_subscribed(1000)
            time.sleep(1)
            resident, _ = Meter(service.meter.pid).memory_kib()
            results.add("start.memory_1000", resident / 1024, "MiB")


def run(results, in_full):
    brokers = {"REDIS_URL": redis_server().url(), "KAFKA_BOOTSTRAP_SERVERS": kafka_server().servers}
    for _ in range(STARTS * (3 if in_full else 1)):
        for name, settings in (("embedded", {}), ("brokers", brokers)):
            took, cpu = start_ms(**settings)
            results.add(f"start.{name}", took, "ms")
            results.add(f"start.{name}_cpu", cpu, "ms", "its CPU time")
        results.add("start.first_record", first_record_ms(), "ms")
    results.add("start.binary", stripped_mb(), "MB")
    idle_memory(results)
