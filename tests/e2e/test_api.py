"""Protocol section 8: the operators' interface. The API, validated against dist/openapi.yaml; its port; its commands."""

import http.server
import json
import os
import signal
import subprocess
import threading
import unittest

import jsonschema
import yaml

from support.hermod import Hermod, environment, run
from support.hermod_test_case import HermodTestCase
from support.process import folder
from support.sockets import closed, frame, open_socket
from support.waiting import until

TOKEN = "an-admin-token-for-the-api"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
UPGRADE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "dist", "openapi.yaml")

with open(DOCUMENT, encoding="utf-8") as document:
    OPENAPI = yaml.safe_load(document)


def resolved(part):
    """The part, or the one to which its $ref points."""
    while "$ref" in part:
        target = OPENAPI
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        part = target
    return part


def as_json_schema(part):
    """OpenAPI 3.0 writes `nullable` where JSON Schema has the type null."""
    if isinstance(part, list):
        return [as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: as_json_schema(value) for name, value in part.items() if name != "nullable"}
    return made | {"type": [part["type"], "null"]} if part.get("nullable") else made


def validate(schema, value):
    whole = as_json_schema(dict(schema) | {"components": OPENAPI["components"]})
    jsonschema.Draft202012Validator(whole).validate(value)


class Api(HermodTestCase):
    """The API on the public port: ADMIN_PORT is unset."""

    settings = {"ADMIN_TOKEN": TOKEN}

    def call(self, method, path, body=None, headers=None, user=None):
        """Sends a request, validates the answer against the document, and returns (status, JSON or None)."""
        target = path.replace("{id}", user or "")
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        status, given, content = self.hermod.request(method, target, BEARER if headers is None else headers, text)
        described = OPENAPI["paths"][path][method.lower()]["responses"]
        self.assertIn(str(status), described, f"{method} {target}: {content}")
        response = resolved(described[str(status)])
        for name, header in response.get("headers", {}).items():
            validate(resolved(header)["schema"], int(given[name]))
        if "content" not in response:
            self.assertEqual(content, "")
            return status, None
        self.assertEqual(given["Content-Type"], "application/json")
        answer = json.loads(content)
        validate(response["content"]["application/json"]["schema"], answer)
        return status, answer

    async def test_correct_requests(self):
        user = self.user()
        async with open_socket(self.socket_url(user)):
            until(lambda: self.call("GET", "/api/users/{id}", user=user)[1]["online"], "it is admitted")
            status, found = self.call("GET", "/api/users/{id}", user=user)
            listed_status, listed = self.call("GET", "/api/processes")
            broadcast = self.call("POST", "/api/broadcast", {"notification_type": "maintenance", "payload": {"at": "22:00"}})
            revoked = self.call("POST", "/api/tokens/revoke", {"jti": "of-no-token"})
            ended = self.call("POST", "/api/users/{id}/disconnect", {"code": 4321, "reason": "bye", "revoke": True}, user=user)
        self.assertEqual({status, listed_status, broadcast[0], ended[0]}, {200})
        self.assertEqual(revoked[0], 204)
        self.assertEqual((found["user"], found["online"], len(found["connections"]), found["limit"]), (user, True, 1, 5))
        self.assertIn(found["connections"][0]["process"], [one["id"] for one in listed["processes"]])
        self.assertGreaterEqual(broadcast[1]["processes"], 1)
        self.assertEqual(ended, (200, {"connections": 1}))
        self.assertEqual(self.call("POST", "/api/users/{id}/disconnect", user=user), (200, {"connections": 0}))
        self.assertFalse(self.call("GET", "/api/users/{id}", user=user)[1]["online"])

    def test_malformed_requests_name_the_field(self):
        for body, named in (
            ({"code": 1006}, "code must be an integer from 1000 to 1003"),
            ({"code": "1008"}, "code must be"),
            ({"reason": "é" * 62}, "reason must be a string of at most 123 bytes"),
            ({"revoke": "yes"}, "revoke must be true or false"),
            ({"before": 1}, "before needs revoke"),
            ({"coed": 1}, "unknown field coed"),
            ([], "must be a JSON object"),
            ("{", "must be a JSON object"),
        ):
            status, answer = self.call("POST", "/api/users/{id}/disconnect", body, user="ann")
            self.assertEqual((status, answer["error"]["code"]), (400, "VALIDATION_ERROR"), body)
            self.assertIn(named, answer["error"]["message"])
        for path, body, named in (
            ("/api/tokens/revoke", {}, "jti"),
            ("/api/broadcast", {"payload": {}}, "notification_type"),
            ("/api/broadcast", {"notification_type": "t", "payload": []}, "payload"),
            ("/api/broadcast", {"notification_type": "t", "payload": {}, "priority": "now"}, "critical, immediate, high"),
        ):
            status, answer = self.call("POST", path, body)
            self.assertEqual(status, 400)
            self.assertIn(named, answer["error"]["message"])
        self.assertEqual(self.call("GET", "/api/users/{id}", user="%zz")[0], 400)
        self.assertEqual(self.call("POST", "/api/broadcast", " " * 9000)[0], 413)

    def test_the_documents_limits_are_those_of_the_program(self):
        """A body that the document forbids is refused, and one that it allows is not."""
        schema = {"$ref": "#/components/schemas/Disconnect"}
        for code in (999, 1000, 1003, 1004, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000):
            try:
                validate(schema, {"code": code})
                allowed = True
            except jsonschema.ValidationError:
                allowed = False
            status, _ = self.call("POST", "/api/users/{id}/disconnect", {"code": code}, user=self.user())
            self.assertEqual(status != 400, allowed, code)

    def test_it_needs_the_token(self):
        hermod = self.start_hermod(KAFKA_CONSUMER_GROUP="api-guesses")
        own, self.hermod = self.hermod, hermod
        try:
            for path, item in OPENAPI["paths"].items():
                method = "POST" if "post" in item else "GET"
                self.assertEqual(self.call(method, path, headers={}, user="ann")[0], 401)
            for _ in range(10):
                self.assertEqual(self.call("GET", "/api/processes", headers={"Authorization": "Bearer wrong"})[0], 401)
            self.assertEqual(self.call("GET", "/api/processes", headers={"Authorization": "Bearer wrong"})[0], 429)
            self.assertIn(self.call("GET", "/api/processes")[0], (200, 503))
        finally:
            self.hermod = own
        self.assertEqual(hermod.stop(), 0)
        self.assertIn("a wrong ADMIN_TOKEN", hermod.child.said())

    def test_without_a_token_there_is_none(self):
        hermod = self.start_hermod(ADMIN_TOKEN="", KAFKA_CONSUMER_GROUP="api-off")
        self.assertEqual(hermod.get("/api/processes")[0], 404)
        self.assertEqual(hermod.request("POST", "/api/users/ann/disconnect", BEARER, "{}")[0], 404)
        self.assertEqual(hermod.stop(), 0)

    def test_other_origins_cannot_read_it(self):
        origin = {"Origin": "http://localhost:5173"}
        headers = self.hermod.request("GET", "/api/processes", BEARER | origin)[1]
        self.assertIsNone(headers["Access-Control-Allow-Origin"])

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        assert TOKEN not in cls.hermod.child.said()


class GeneratedClient(HermodTestCase):
    """A client that another project generates from the document, without any knowledge of the program."""

    settings = {"ADMIN_TOKEN": TOKEN}

    def setUp(self):
        arguments = ["perl", os.path.join(os.path.dirname(__file__), "support/api_client.pl"), DOCUMENT, self.hermod.url, TOKEN]
        self.client = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.client.stdout.close)
        self.addCleanup(self.client.wait)
        self.addCleanup(self.client.stdin.close)

    def call(self, operation, body=None, **parameters):
        self.client.stdin.write(json.dumps([operation, parameters, body]) + "\n")
        self.client.stdin.flush()
        return json.loads(self.client.stdout.readline())

    async def test_it_calls_every_operation(self):
        methods = [path[name] for path in OPENAPI["paths"].values() for name in ("get", "post") if name in path]
        operations = {one["operationId"] for one in methods}
        self.assertEqual(operations, {"findUser", "disconnectUser", "revokeToken", "broadcast", "listProcesses"})
        user = self.user() + " ä/ü?"  # its path is escaped
        until(lambda: self.call("listProcesses")[0] == 200, "the list of the processes is read")
        async with open_socket(self.socket_url(user)) as socket:
            until(lambda: self.call("findUser", id=user)[1]["online"], "the user is online")
            notice = {"notification_type": "maintenance", "payload": {"at": "22:00"}, "priority": "high"}
            self.assertEqual(self.call("broadcast", notice), [200, {"processes": 1}])
            self.assertEqual(json.loads(await frame(socket))["payload"], {"at": "22:00"})
            self.assertEqual(self.call("revokeToken", {"jti": "of-no-token"}), [204, None])
            ended = self.call("disconnectUser", {"code": 4001, "reason": "bye", "revoke": True}, id=user)
            self.assertEqual(ended, [200, {"connections": 1}])
            self.assertEqual(await closed(socket), (4001, "bye"))
        self.assertEqual(self.call("findUser", id=user)[1]["connections"], [])
        self.assertEqual(self.call("disconnectUser", id=user), [200, {"connections": 0}])

    def test_it_refuses_what_the_document_forbids(self):
        for operation, body in (("disconnectUser", {"code": 1006}), ("revokeToken", {}), ("broadcast", {"payload": {}})):
            status, answer = self.call(operation, body, id="ann")
            self.assertEqual(status, 400)
            self.assertIn("errors", answer)  # of the client, which has sent nothing


class AdminPort(HermodTestCase):
    settings = {"ADMIN_TOKEN": TOKEN, "ADMIN_PORT": 0}

    def operators(self, method, path, headers=None, body=None):
        return self.hermod.request(method, path, headers, body, to=self.hermod.operators)

    def test_the_public_port_serves_clients_and_probes_only(self):
        for path in (
            "/metrics", "/console", "/console/", "/console/state", "/healthz/redis", "/healthz/kafka", "/healthz/websocket",
            "/api/processes", "/api/users/ann", "/nowhere"
        ):
            self.assertEqual(self.hermod.get(path, **BEARER)[0], 404, path)
        for path in ("/api/users/ann/disconnect", "/api/broadcast", "/api/tokens/revoke", "/console/tokens"):
            self.assertEqual(self.hermod.request("POST", path, BEARER, "{}")[0], 404, path)
        self.assertEqual(self.hermod.get("/healthz")[0], 200)
        self.assertEqual(self.hermod.get("/healthz/live")[0], 200)
        status, _, body = self.hermod.get("/healthz/ready", **BEARER)
        self.assertEqual(json.loads(body), {"service": "websocket_service", "status": "ready"})
        self.assertEqual(status, 200)

    async def test_the_public_port_serves_websockets(self):
        user = self.user()
        async with open_socket(self.socket_url(user)) as connection:
            text = self.send(user)
            self.assertEqual(await connection.recv(), text)

    def test_the_admin_port_serves_everything_else(self):
        for path in ("/metrics", "/console", "/healthz", "/healthz/live", "/healthz/websocket"):
            self.assertEqual(self.operators("GET", path)[0], 200, path)
        self.assertIn("url", json.loads(self.operators("GET", "/healthz/redis")[2]))
        self.assertIn("brokers", json.loads(self.operators("GET", "/healthz/kafka")[2]))
        self.assertIn("reasons", json.loads(self.operators("GET", "/healthz/ready")[2]))
        self.assertEqual(self.operators("GET", "/api/processes")[0], 401)
        self.assertIn(self.operators("GET", "/api/processes", BEARER)[0], (200, 503))
        self.assertEqual(self.operators("GET", "/console/state", BEARER)[0], 200)

    def test_the_admin_port_serves_no_websockets(self):
        for path in ("/ws", "/ws/v1/notifications"):
            status, _, body = self.operators("GET", path, UPGRADE)
            self.assertEqual(status, 404)
            self.assertIn("WEBSOCKET_PORT", json.loads(body)["error"]["message"])

    def test_a_reload_changes_the_token(self):
        path = os.path.join(folder("api"), "token")
        with open(path, "w", encoding="utf-8") as file:
            file.write(TOKEN)
        hermod = self.start_hermod(ADMIN_TOKEN="", ADMIN_TOKEN_FILE=path, KAFKA_CONSUMER_GROUP="api-reload")
        self.assertNotEqual(hermod.request("GET", "/api/processes", BEARER, to=hermod.operators)[0], 401)
        with open(path, "w", encoding="utf-8") as file:
            file.write("another-" + TOKEN)
        hermod.child.process.send_signal(signal.SIGHUP)
        until(
            lambda: hermod.request("GET", "/api/processes", BEARER, to=hermod.operators)[0] == 401, "the old token is refused")
        new = {"Authorization": f"Bearer another-{TOKEN}"}
        self.assertNotEqual(hermod.request("GET", "/api/processes", new, to=hermod.operators)[0], 401)
        self.assertEqual(hermod.stop(), 0)

    def test_wrong_settings_are_refused_at_start(self):
        for settings, named in (
            ({"ADMIN_PORT": 9090}, ("ADMIN_PORT", "ADMIN_TOKEN")),
            ({"ADMIN_PORT": 8080, "WEBSOCKET_PORT": 8080, "ADMIN_TOKEN": TOKEN}, ("ADMIN_PORT", "WEBSOCKET_PORT")),
            ({"ADMIN_PORT": 65536, "ADMIN_TOKEN": TOKEN}, ("ADMIN_PORT", "65535")),
        ):
            for verb in (("serve",), ("check", "--offline")):
                done = run(*verb, settings=environment(**settings))
                self.assertEqual(done.returncode, 2, done.stderr)
                for name in named:
                    self.assertIn(name, done.stderr)

    def test_a_port_that_is_in_use_is_named(self):
        port = self.hermod.operators.port
        done = run("serve", settings=environment(WEBSOCKET_PORT=0, ADMIN_PORT=port, ADMIN_TOKEN=TOKEN))
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"cannot listen on 127.0.0.1 port {port}", done.stderr)


class ProductionDetails(HermodTestCase):
    """In production, the details of the health pages need ADMIN_TOKEN."""

    settings = {"ENVIRONMENT": "production", "ADMIN_TOKEN": TOKEN}

    def test_the_details_need_the_token(self):
        for path, service, status, detail in (
            ("/healthz/redis", "redis", "healthy", "url"),
            ("/healthz/kafka", "kafka", "healthy", "brokers"),
            ("/healthz/ready", "websocket_service", "ready", "reasons"),
        ):
            for headers in ({}, {"Authorization": "Bearer wrong"}):
                code, _, body = self.hermod.get(path, **headers)
                self.assertEqual((code, json.loads(body)), (200, {"service": service, "status": status}))
            self.assertIn(detail, json.loads(self.hermod.get(path, **BEARER)[2]))
        self.assertEqual(self.hermod.get("/metrics")[0], 200)


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers each request with what the server was given, and keeps the request."""

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.asked.append((self.command, self.path, self.headers["Authorization"], self.rfile.read(length).decode()))
        status, body = self.server.given
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Commands(unittest.TestCase):
    """hermod users and hermod disconnect, at a server that gives each answer of the API."""

    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.asked = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def run_command(self, *arguments, given=(200, {}), **settings):
        self.server.given = given
        own = {"ADMIN_PORT": self.server.server_address[1], "ADMIN_TOKEN": TOKEN, "http_proxy": "http://127.0.0.1:1"}
        done = run(*arguments, settings=environment(**own | settings))
        self.assertNotIn(TOKEN, done.stdout + done.stderr)
        return done

    def error(self, status, message, details=None):
        return status, {"error": {"code": "X", "message": message, "details": details or {}}}

    def test_users(self):
        connection = {"id": "7", "process": "p1", "device": None, "since": "2026-01-31T08:15:30.123Z", "address": "192.0.2.1"}
        given = {"user": "a/é", "online": True, "connections": [connection], "limit": 5}
        done = self.run_command("users", "a/é", given=(200, given))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(
            done.stdout, "a/é: online, 1 of at most 5 connections\n"
            "  since 2026-01-31T08:15:30.123Z  process p1  connection 7  device -  address 192.0.2.1\n")
        self.assertEqual(self.server.asked, [("GET", "/api/users/a%2F%C3%A9", f"Bearer {TOKEN}", "")])
        given = {"user": "bob", "online": False, "connections": [], "limit": 5}
        self.assertEqual(self.run_command("users", "bob", given=(200, given)).stdout, "bob: offline, 0 of at most 5 connections\n")

    def test_disconnect(self):
        done = self.run_command("disconnect", "ann", given=(200, {"connections": 2}))
        self.assertEqual((done.returncode, done.stdout), (0, "ended 2 connections of ann\n"))
        self.assertEqual(self.server.asked[-1][:2], ("POST", "/api/users/ann/disconnect"))
        self.assertEqual(json.loads(self.server.asked[-1][3]), {})
        done = self.run_command(
            "disconnect", "ann", "--code", "4000", "--reason", "bye", "--revoke", given=(200, {"connections": 0}))
        self.assertEqual(done.stdout, "ended 0 connections of ann\nrevoked the tokens that were issued until now\n")
        self.assertEqual(json.loads(self.server.asked[-1][3]), {"code": 4000, "reason": "bye", "revoke": True})

    def test_refusals(self):
        silent = self.error(503, "some did not answer", {"connections": 2, "silent": ["p3", "p4"]})
        for given, status, said in (
            (self.error(401, "x"), 1, ("refused the token", "ADMIN_TOKEN")),
            (self.error(404, "x"), 1, ("has no API", "ADMIN_PORT")),
            (self.error(429, "too many"), 1, ("too many", "again in 7 s")),
            (self.error(400, "code must be 7"), 2, ("code must be 7",)),
            (self.error(503, "Redis is unavailable"), 1, ("503", "Redis is unavailable")),
            (silent, 1, ("p3, p4", "ended by the others: 2")),
            ((500, "x"), 1, ("500", "not one of hermod")),
            ((200, "x"), 1, ("not one of hermod",)),
        ):
            for command in (("users", "ann"), ("disconnect", "ann")):
                done = self.run_command(*command, given=given)
                self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
                self.assertTrue(done.stderr.startswith("hermod: "))
                for part in said:
                    self.assertIn(part, done.stderr)

    def test_what_is_missing_is_named(self):
        for arguments, settings, status, said in (
            (("users", "ann"), {"ADMIN_TOKEN": ""}, 2, "ADMIN_TOKEN or ADMIN_TOKEN_FILE is needed"),
            (("users", "ann"), {"ADMIN_PORT": 0}, 2, "ADMIN_PORT is 0"),
            (("users", "ann"), {"ADMIN_PORT": "", "WEBSOCKET_PORT": 0}, 2, "WEBSOCKET_PORT is 0"),
            (("users", "ann"), {"ADMIN_PORT": 1}, 1, "must be those of a running hermod"),
            (("users", ""), {}, 2, "1 to 256 bytes"),
            (("users",), {}, 2, "ID"),
            (("disconnect", "ann", "--code", "1006"), {}, 2, "--code must be 1000 to 1003"),
            (("disconnect", "ann", "--reason", "x" * 124), {}, 2, "--reason must have at most 123 bytes"),
        ):
            done = self.run_command(*arguments, **settings)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(said, done.stderr)
        self.assertEqual(self.server.asked, [])

    def test_without_an_admin_port_they_ask_the_public_port(self):
        hermod = Hermod(ADMIN_TOKEN=TOKEN)
        done = run("users", "ann", settings=hermod.settings | {"WEBSOCKET_PORT": str(hermod.address.port)})
        self.assertIn(done.returncode, (0, 1))
        self.assertIn("ann: offline" if done.returncode == 0 else "status 503", done.stdout + done.stderr)
        self.assertEqual(hermod.stop(), 0)
