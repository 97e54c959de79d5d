"""Runs the programs of bench/: flood, floor, publish_load and deliver."""

import json
import os
import select
import subprocess
import time

FOLDER = ""  # the build folder of the programs; set by run.py


def path(name):
    return os.path.join(FOLDER, name)


def flags(options):
    words = []
    for name, value in options.items():
        if value is False or value is None:
            continue
        words.append("--" + name.replace("_", "-"))
        if value is not True:
            words.append(str(value))
    return words


class Flood:
    """WebSocket clients in a separate process, controlled by commands (flood/run.h)."""

    def __init__(self, url, key_file, **options):
        words = [path("flood"), "--control", "--url", url, "--key-file", key_file, *flags(options)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._inbox = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def wait_open(self, patience=120):
        said = self._wait("open", patience)
        if said["open"] != said["connections"]:
            raise AssertionError(f"{said['open']} of {said['connections']} connections: {said['seen']['refused']} {said['seen']['lost']}")
        return said

    def reset(self):
        self._say("reset")
        return self._wait("reset", 30)

    def report(self):
        self._say("report")
        return self._wait("report", 30)

    def expect(self, texts):
        self._say(f"expect {texts}")

    def wait_expected(self, patience=120):
        """The counters when the expected messages have arrived, or after `patience` seconds."""
        return self._wait("expected", patience, late="report")

    def storm(self, patience=60):
        self._say("storm")
        return self._wait("storm", patience)

    def end(self):
        if self.process.stdin.closed:
            return
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _say(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()

    def _wait(self, event, patience, late=None):
        deadline = time.monotonic() + patience
        while True:
            line = self._line(deadline)
            if line is None and late:
                self._say(late)
                return self._wait(late, 30)
            if line is None:
                raise AssertionError(f"flood did not report {event!r} within {patience} s")
            said = json.loads(line)
            if said["event"] == event:
                return said

    def _line(self, deadline):
        while b"\n" not in self._inbox:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                return None
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise AssertionError("flood ended")
            self._inbox += piece
        line, _, self._inbox = self._inbox.partition(b"\n")
        return line


class Load:
    """publish_load in the background."""

    def __init__(self, **options):
        self.process = subprocess.Popen([path("publish_load"), *flags(options)], stdout=subprocess.PIPE)

    def wait(self, patience=300):
        out, _ = self.process.communicate(timeout=patience)
        result = json.loads(out)
        if self.process.returncode != 0:
            raise AssertionError(f"publish_load: {result}")
        return result


def listening(words):
    """Starts a server of bench/, which prints its port to stderr. Returns (process, port)."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in process.stderr:
        if line.startswith(b"listening on "):
            return process, int(line.split()[2])
    raise AssertionError(f"{words[0]} ended before it listened")


def run_against_flood(program, connections, messages, **options):
    """Runs a server that sends messages by itself, and a flood that receives them. Returns the server's results."""
    process, port = listening([path(program), *flags({"connections": connections, "messages": messages} | options)])
    words = [path("flood"), "--url", f"ws://127.0.0.1:{port}/ws", "--users", str(connections), "--frames", str(messages)]
    flood = subprocess.run(words + ["--rate", "0"], capture_output=True, check=True, timeout=120)
    out, _ = process.communicate(timeout=60)
    seen = json.loads(flood.stdout)
    if seen["missing"] or seen["seen"]["texts"] < messages:
        raise AssertionError(f"{program}: messages were lost: {seen}")
    return json.loads(out)
