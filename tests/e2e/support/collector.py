"""A minimal OpenTelemetry collector: accepts and keeps the bodies that are posted to /v1/traces, and their headers."""

import http.server
import json
import os
import threading

from .waiting import until


class Collector:
    def __init__(self, tls=None):
        """`tls`: the ssl.SSLContext of an https collector."""
        self.bodies = []
        self.headers = []
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json", self.path
                owner.headers.append(dict(self.headers))
                owner.bodies.append(body.decode())
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls is not None:
            # A connection whose handshake fails ends in its own thread.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.server.handle_error = lambda *_: None
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        scheme = "http" if tls is None else "https"
        self.endpoint = f"{scheme}://127.0.0.1:{self.server.server_port}"

    def close(self):
        """Stops it, and appends the bodies to the file HERMOD_TRACE_REQUESTS, for tests/package/trace_schema.py."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        if "HERMOD_TRACE_REQUESTS" in os.environ:
            with open(os.environ["HERMOD_TRACE_REQUESTS"], "a", encoding="utf-8") as requests:
                requests.writelines(body + "\n" for body in self.bodies)

    def spans(self, name=None, **attributes):
        """The spans with this name and these attributes (`__` means a dot), each with its attributes as a dict."""
        wanted = {key.replace("__", "."): value for key, value in attributes.items()}
        found = []
        for body in list(self.bodies):
            for resource in json.loads(body)["resourceSpans"]:
                process = as_dict(resource["resource"]["attributes"])
                for span in resource["scopeSpans"][0]["spans"]:
                    span = span | {"attributes": as_dict(span.get("attributes", [])), "resource": process}
                    if name in (None, span["name"]) and wanted.items() <= span["attributes"].items():
                        found.append(span)
        return found

    def span(self, name, **attributes):
        """Waits for the span with this name and these attributes, of which there must be exactly one."""
        found = until(lambda: self.spans(name, **attributes), f"a span {name} {attributes}")
        assert len(found) == 1, found
        return found[0]


def as_dict(attributes):
    values = {}
    for one in attributes:
        ((kind, value),) = one["value"].items()
        values[one["key"]] = int(value) if kind == "intValue" else value
    return values
