"""A minimal HTTP proxy for CONNECT. It keeps the targets and the headers of the requests."""

import http.server
import select
import socket
import threading


class Proxy:
    def __init__(self):
        self.targets = []
        self.headers = []
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):
                owner.targets.append(self.path)
                owner.headers.append(dict(self.headers))
                host, _, port = self.path.rpartition(":")
                with socket.create_connection((host, int(port))) as target:
                    self.send_response(200)
                    self.end_headers()
                    relay(self.connection, target)
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.address = f"127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def relay(one, other):
    """Copies bytes in both directions until one side closes."""
    peers = {one: other, other: one}
    while True:
        readable, _, _ = select.select(list(peers), [], [])
        for source in readable:
            data = source.recv(65536)
            if not data:
                return
            peers[source].sendall(data)
