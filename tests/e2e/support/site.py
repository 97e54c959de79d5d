"""A web site whose pages connect to hermod: it serves docs/client.js, and the tokens that the test chooses."""

import functools
import http.server
import os
import threading

DOCS = os.path.join(os.path.dirname(__file__), "..", "..", "..", "docs")
PAGE = b"<!doctype html><title>site</title><link rel=icon href=data:,>"


class Site:
    """`with Site(token) as site`: `token()` answers each GET /token, and may raise."""

    def __init__(self, token):
        self.token = token
        self.tokens_given = 0

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, site, *arguments):
        self._site = site
        super().__init__(*arguments)

    def do_GET(self):
        if self.path == "/client.js":
            with open(os.path.join(DOCS, "client.js"), "rb") as file:
                self._answer("text/javascript", file.read())
        elif self.path == "/token":
            self._answer("text/plain", self._site.token().encode())
            self._site.tokens_given += 1
        else:
            self._answer("text/html", PAGE)

    def _answer(self, kind, body):
        try:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            pass  # the browser has left the page

    def log_message(self, *_):
        pass
