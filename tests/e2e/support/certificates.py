"""A certificate authority of the tests, by the program openssl. Two authorities do not trust each other."""

import datetime
import os
import ssl
import subprocess

from .process import folder

EVERYWHERE = ("IP:127.0.0.1", "DNS:localhost")
CONFIGURATION = """
[ca]
default_ca = own
[own]
database = {place}/index
new_certs_dir = {place}
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
[any]
commonName = supplied
"""
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Certificate:
    def __init__(self, path):
        self.file, self.key = f"{path}.pem", f"{path}.key"


class Authority:
    def __init__(self, name="hermod test CA"):
        self.folder = folder("ca")
        self.file = self._path("ca.pem")
        self._write("index", "")
        self._write("ca.cnf", CONFIGURATION.format(place=self.folder))
        self._openssl("req", "-x509", *KEY, "-subj", f"/CN={name}", "-days", "2", "-keyout", self._path("ca.key"), "-out", self.file)

    def issue(self, name, addresses=EVERYWHERE, first_day=-1, last_day=2):
        """A certificate with a new key, for servers and clients, valid between two days from now. A second certificate
        with the same name replaces the files of the first one: each is replaced atomically, the key first."""
        self._write("extensions", f"subjectAltName={','.join(addresses)}\nextendedKeyUsage=serverAuth,clientAuth\n")
        request, key, file = self._path("request"), self._path("new.key"), self._path("new.pem")
        self._openssl("req", *KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl(
            "ca", "-batch", "-notext", "-config", self._path("ca.cnf"), "-cert", self.file, "-keyfile", self._path("ca.key"),
            "-in", request, "-out", file, "-extfile", self._path("extensions"),
            "-startdate", _day(first_day), "-enddate", _day(last_day),
        )  # fmt: skip
        made = Certificate(self._path(name))
        os.replace(key, made.key)
        os.replace(file, made.file)
        return made

    def server_context(self):
        own = self.issue("server", addresses=["IP:127.0.0.1"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own.file, own.key)
        return context

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _write(self, name, text):
        with open(self._path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _day(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")
