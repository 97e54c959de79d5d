"""A certificate authority that the tests make, with one server certificate for 127.0.0.1. It uses the program openssl."""

import os
import ssl
import subprocess

from .process import folder


class Authority:
    def __init__(self):
        self.folder = folder("ca")
        self.file = self._path("ca.pem")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        subject = ["-subj", "/CN=hermod test CA"]
        self._openssl("req", "-x509", *key, *subject, "-days", "2", "-keyout", self._path("ca.key"), "-out", self.file)
        request = self._path("server.csr")
        self._openssl("req", *key, "-subj", "/CN=collector", "-keyout", self._path("server.key"), "-out", request)
        with open(self._path("names"), "w", encoding="utf-8") as names:
            names.write("subjectAltName=IP:127.0.0.1\n")
        signed = ["-CA", self.file, "-CAkey", self._path("ca.key"), "-CAcreateserial", "-extfile", self._path("names")]
        self._openssl("x509", "-req", "-in", request, *signed, "-days", "2", "-out", self._path("server.pem"))

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._path("server.pem"), self._path("server.key"))
        return context

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
