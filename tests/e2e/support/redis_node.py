"""One Redis of a cluster, of a replicated pair or of Sentinel: a child process with its own folder and configuration file.
The tests reach it over a Unix socket, also if its port speaks only TLS."""

import os
import shutil
import signal
import urllib.parse

import redis

from .process import Child, folder, free_port
from .waiting import until

COMMAND_SECONDS = 10  # limits the time of a failing test: a frozen server never replies


class Tls:
    """The certificate of a server. With `clients_need_one`, clients need a certificate of the same authority."""

    def __init__(self, authority, clients_need_one=False, name="redis"):
        self.authority = authority.file
        self.certificate = authority.issue(name)
        self.clients_need_one = clients_need_one

    def lines(self):
        return [
            f"tls-cert-file {self.certificate.file}",
            f"tls-key-file {self.certificate.key}",
            f"tls-ca-cert-file {self.authority}",
            f"tls-auth-clients {'yes' if self.clients_need_one else 'no'}",
            "tls-replication yes",
        ]


class Access:
    """The password, the user that has it (default: the default user), and TLS. All servers of a group share them."""

    def __init__(self, password="", user="", tls=None):
        self.password, self.user, self.tls = password, user, tls

    def credentials(self):
        """The part of a URL before the address."""
        if not self.password:
            return ""
        return f"{urllib.parse.quote(self.user, safe='')}:{urllib.parse.quote(self.password, safe='')}@"

    def scheme(self, kind=""):
        return ("rediss" if self.tls else "redis") + (f"+{kind}" if kind else "")

    def lines(self, is_sentinel):
        lines = self.tls.lines() if self.tls else []
        if not self.password:
            return lines
        if self.user:
            lines += ["user default off", f'user {self.user} on ">{self.password}" ~* &* +@all']
        else:
            lines += [f'requirepass "{self.password}"']
        if not is_sentinel:
            lines += [f'masterauth "{self.password}"'] + ([f"masteruser {self.user}"] if self.user else [])
        return lines


class RedisNode:
    def __init__(self, *lines, access=None, kept=False, is_sentinel=False):
        """`lines` are more lines of the configuration. `kept`: the data survives kill() and start()."""
        self.access = access or Access()
        self.is_sentinel = is_sentinel
        self.port, self.bus_port = free_port(), free_port()
        self.place = folder("redis")
        self.frozen = False
        data = [] if is_sentinel else ['save ""', "repl-diskless-sync-delay 0"]
        kept_lines = ["appendonly yes", "appendfsync always"] if kept else []
        ports = [f"tls-port {self.port}", "port 0"] if self.access.tls else [f"port {self.port}"]
        own = [*ports, "bind 127.0.0.1", f"dir {self.place}", f"unixsocket {self._path('redis.sock')}"]
        more = [line.format(bus_port=self.bus_port) for line in lines]
        # Sentinel, and Redis for a sentinel, write their state to this file, so it is written only once.
        with open(self._path("redis.conf"), "w", encoding="utf-8") as file:
            file.write("\n".join([*own, *data, *kept_lines, *self.access.lines(is_sentinel), *more, ""]))
        self.start()

    def _path(self, name):
        return os.path.join(self.place, name)

    def url(self):
        return f"{self.access.scheme()}://{self.access.credentials()}127.0.0.1:{self.port}"

    def start(self):
        """On the same port; with the data if it is kept."""
        program = "redis-sentinel" if self.is_sentinel else "redis-server"
        self.child = Child("redis", [program, self._path("redis.conf")])
        self.client = redis.Redis(
            unix_socket_path=self._path("redis.sock"),
            username=self.access.user or None,
            password=self.access.password or None,
            decode_responses=True,
            socket_timeout=COMMAND_SECONDS,
        )
        self.client.response_callbacks = {}  # replies as Redis sends them
        until(self._answers, "Redis answers")

    def start_empty(self):
        """On the same port, without data. A node of a cluster keeps its id and its slots."""
        shutil.rmtree(self._path("appendonlydir"), ignore_errors=True)
        if os.path.exists(self._path("dump.rdb")):
            os.remove(self._path("dump.rdb"))
        self.start()

    def kill(self):
        self.client.close()
        self.child.kill()
        self.frozen = False

    def freeze(self):
        self.child.process.send_signal(signal.SIGSTOP)
        self.frozen = True

    def thaw(self):
        self.child.process.send_signal(signal.SIGCONT)
        self.frozen = False

    def responsive(self):
        return self.child.running() and not self.frozen

    def cli(self, *words):
        """The reply. Raises redis.exceptions.ResponseError if it is an error."""
        try:
            return self.client.execute_command(*words)
        except redis.exceptions.ConnectionError:  # the server closed the connection, as a demoted master does
            return self.client.execute_command(*words)

    def info(self, name):
        """One value of INFO, or None."""
        lines = self.cli("INFO").splitlines()
        return next((line.partition(":")[2] for line in lines if line.startswith(f"{name}:")), None)

    def reload_certificate(self):
        """Redis reads the files of its certificate again. Open connections stay."""
        own = self.access.tls.certificate
        self.cli("CONFIG", "SET", "tls-cert-file", own.file, "tls-key-file", own.key)

    def _answers(self):
        if not self.child.running():
            raise AssertionError(f"redis-server did not start:\n{self.child.said()[-3000:]}")
        try:
            return self.cli("PING") == "PONG"
        except redis.exceptions.RedisError:
            return False
