"""The interface to a service manager: notifications, watchdog, and a socket that stays open during a restart."""

import http.client
import os
import signal
import socket
import unittest

from support.hermod import BINARY, KEY, environment
from support.process import Child, folder
from support.waiting import until


class Manager:
    """systemd's side of sd_notify(3)."""

    def __init__(self):
        self.path = os.path.join(folder("notify"), "socket")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(0.05)
        self.notices = []

    def heard(self, part):
        try:
            self.notices.append(self.socket.recv(4096).decode())
        except TimeoutError:
            pass
        return [notice for notice in self.notices if part in notice]

    def wait(self, part, times=1):
        return until(lambda: len(self.heard(part)) >= times and self.heard(part), f"a notification with {part}")

    def close(self):
        self.socket.close()


class ServiceManagerTest(unittest.TestCase):
    def setUp(self):
        self.manager = Manager()
        self.addCleanup(self.manager.close)

    def serve(self, listening=None, **settings):
        variables = environment(WEBSOCKET_HOST="127.0.0.1", WEBSOCKET_PORT=0, JWT_SECRET_KEY=KEY, **settings)
        variables["NOTIFY_SOCKET"] = self.manager.path
        command, handed = [BINARY, "serve"], ()
        if listening is not None:
            # The socket becomes descriptor 3. exec keeps the pid, so LISTEN_PID is right.
            handed = (listening.fileno(),)
            script = f'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" serve 3<&{listening.fileno()}'
            command = ["bash", "-c", script, BINARY]
        child = Child("hermod", command, variables, pass_fds=handed)
        self.addCleanup(child.kill)
        return child

    def test_says_when_it_is_ready_reloading_and_stopping(self):
        child = self.serve(WATCHDOG_USEC=300_000)
        ready = self.manager.wait("READY=1")[0]
        self.assertIn("STATUS=serving 0 connections on http://127.0.0.1:", ready)
        self.manager.wait("WATCHDOG=1", times=3)
        child.process.send_signal(signal.SIGHUP)
        self.assertIn("MONOTONIC_USEC=", self.manager.wait("RELOADING=1")[0])
        self.manager.wait("READY=1", times=2)
        self.assertEqual(child.stop(), 0)
        self.manager.wait("STOPPING=1")

    def test_a_watchdog_of_another_process_is_not_fed(self):
        self.serve(WATCHDOG_USEC=30_000, WATCHDOG_PID=1)
        self.manager.wait("READY=1")
        for _ in range(5):
            self.assertEqual(self.manager.heard("WATCHDOG=1"), [])

    def test_a_restart_on_an_inherited_socket_refuses_nobody(self):
        with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
            port = listening.getsockname()[1]
            first = self.serve(listening)
            self.manager.wait("READY=1")
            self.assertEqual(self.status(port), 200)
            self.assertEqual(first.stop(), 0)
            waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            self.addCleanup(waiting.close)
            waiting.request("GET", "/healthz/live")
            second = self.serve(listening)
            self.assertEqual(waiting.getresponse().status, 200)
            self.assertEqual(second.stop(), 0)

    @staticmethod
    def status(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz/live")
            return connection.getresponse().status
        finally:
            connection.close()

