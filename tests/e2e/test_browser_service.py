"""The part of the console's page that shows the whole service, in headless Chromium: all processes, a user's connections to them."""

import asyncio
import json

from support.browser import Browser, has_text
from support.hermod_test_case import TwoProcesses
from support.sockets import closed, frame, open_socket

TOKEN = "an-admin-token-for-the-console"

# Answers the requests of the page to some paths, and keeps what it sent there. The others are sent to hermod.
STUB = """
((real, answers) => {
  window.sent = []
  window.fetch = async (path, options) => {
    if (!(path in answers)) return real(path, options)
    sent.push({ path, body: options.body && JSON.parse(options.body), method: options.method ?? 'GET' })
    const [status, body] = answers[path]
    return new Response(status === 204 ? null : JSON.stringify(body), { status })
  }
})(window.fetch.bind(window), %s)
"""


def process(number, **fields):
    return {
        "id": f"host-{number}.{number:08x}", "host": f"host-{number}", "version": "1.0.0", "since": "2026-01-31T08:15:30.123Z",
        "connections": 10, "users": 8, "consumes": True, "lag": 1, "ready": True} | fields  # fmt: skip


def fault(message, details=None):
    return {"error": {"code": "SERVICE_UNAVAILABLE", "message": message, "details": details or {}}}


def visible(selector):
    return f"document.querySelector({json.dumps(selector)}).checkVisibility()"


class Service(TwoProcesses):
    settings = {"ADMIN_TOKEN": TOKEN, "WEBSOCKET_MAX_CONNECTIONS_PER_USER": 3}

    async def asyncSetUp(self):
        self.browser = await self.enterAsyncContext(Browser())

    async def open_console(self, **look):
        page = await self.browser.open(f"{self.hermod.url}/console#{TOKEN}", **look)
        await page.until(has_text("#verdict", "ready"))
        return page

    async def open_user(self, page, user):
        await page.run(f"(document.getElementById('find-id').value = {json.dumps(user)}, document.getElementById('find').requestSubmit())")
        await page.until(visible("#found"))

    def sockets(self, user):
        return (open_socket(one.socket_url(token=one.token(user))) for one in (self.hermod, self.other))

    def own_id(self):
        _, _, body = self.hermod.get("/console/state", Authorization=f"Bearer {TOKEN}")
        return json.loads(body)["process"]

    def found(self, user):
        return json.loads(self.hermod.get(f"/api/users/{user}", Authorization=f"Bearer {TOKEN}")[2])

    async def test_it_lists_all_processes_with_their_sums_and_marks_its_own(self):
        user = self.user()
        first, second = self.sockets(user)
        async with first, second:
            page = await self.open_console()
            await page.until(has_text("#verdict", "all 2 are ready"))
            await page.until("[...document.querySelectorAll('#sums dd')].map((one) => one.textContent).slice(0, 3).join() === '2,2,2'")
            rows = await page.run("[...document.querySelectorAll('#processes tbody tr')].map((row) => row.innerText)")
            self.assertEqual(len(rows), 2)
            (own,) = [row for row in rows if "this process" in row]
            self.assertIn(self.own_id().rpartition(".")[2], own)
            self.assertEqual(await page.run("document.getElementById('process').textContent"), self.own_id())
        await page.until("document.querySelectorAll('#sums dd')[1].textContent === '0'")
        self.assertEqual(page.complaints, [])

    async def test_what_needs_attention_comes_first_and_is_said_in_words(self):
        page = await self.open_console()
        listed = [process(1), process(2, version="1.1.0", consumes=False, lag=None), process(3), process(4, ready=False)]
        await page.run(STUB % json.dumps({"api/processes": [200, {"processes": listed}]}))
        await page.until(has_text("#verdict", "1 of 4 not ready"))
        await page.until(has_text("#verdict", "2 versions, most 1.0.0"))
        hosts = await page.run("[...document.querySelectorAll('#processes strong')].map((one) => one.textContent)")
        self.assertEqual(hosts, ["host-4", "host-2", "host-1", "host-3"])
        self.assertTrue(await page.run(has_text("#processes tbody tr:nth-child(1)", "not ready")))
        self.assertTrue(await page.run(has_text("#processes tbody tr:nth-child(2)", "1.1.0 (differs)")))

    async def test_it_says_why_the_processes_are_unknown_and_how_old_the_list_is(self):
        page = await self.open_console()
        await page.run(STUB % json.dumps({"api/processes": [503, fault("Redis is unavailable")]}))
        await page.until(has_text("#processes-note", "The processes are unknown: Redis is unavailable."))
        await page.until(has_text("#processes-age", "The list is"))
        self.assertTrue(await page.run("document.getElementById('of-processes').classList.contains('stale')"))
        await page.run(STUB % json.dumps({"api/processes": [502, "<h1>a proxy</h1>"]}))
        await page.until(has_text("#processes-note", "the answer was HTTP 502"))

    async def test_it_shows_the_connections_of_a_user_to_all_processes(self):
        user = self.user()
        page = await self.open_console()
        await self.open_user(page, user)
        await page.until(has_text("#found-state", "offline"))
        first, second = self.sockets(user)
        async with first, second:
            await page.until(has_text("#found-note", "2 of at most 3 connections to 2 processes"))
            self.assertTrue(await page.run(has_text("#found-state", "online")))
            for connection in self.found(user)["connections"]:
                for part in (connection["id"], connection["process"].rpartition(".")[2], connection["address"]):
                    self.assertTrue(await page.run(has_text("#links tbody", part)), part)
        await page.until(has_text("#found-state", "offline"))
        await page.run("document.getElementById('found-close').click()")
        self.assertFalse(await page.run(visible("#found")))
        self.assertEqual(await page.run("document.activeElement.id"), "find-id")
        self.assertEqual(page.complaints, [])

    async def test_a_listed_user_is_opened_by_a_press(self):
        user = self.user()
        first, _ = self.sockets(user)
        async with first:
            page = await self.open_console()
            await page.until(has_text("#who", user))
            await page.run("document.querySelector('#who button').focus()")
            asked = await page.run("performance.getEntriesByType('resource').length")
            await page.until(f"performance.getEntriesByType('resource').length >= {asked + 6}")
            self.assertEqual(await page.run("document.activeElement.dataset.user"), user, "a refresh keeps the focus")
            await page.key("Enter", text="\r")
            await page.until(has_text("#found-user", user))
            await page.until("document.activeElement.id === 'find-title'")

    async def test_by_keyboard_it_disconnects_a_user_from_all_processes(self):
        user = self.user()
        first, second = self.sockets(user)
        async with first as one, second as other:
            page = await self.open_console()
            await self.open_user(page, user)
            await page.until(has_text("#found-note", "2 of at most 3"))
            await page.run("document.getElementById('end-button').focus()")
            await page.key("Enter", text="\r")
            await page.until("document.getElementById('end').open")
            self.assertTrue(await page.run(has_text("#end-user", user)))
            self.assertEqual(await page.run("document.activeElement.id"), "end-code")
            await page.run("document.activeElement.select()")
            await page.type("1005")
            await page.key("Enter", text="\r")
            self.assertFalse(await page.run("document.getElementById('end-code').checkValidity()"))
            await page.run("document.activeElement.select()")
            await page.type("4321")
            await page.key("Tab")
            await page.type("until tomorrow")
            await page.key("Enter", text="\r")
            self.assertEqual([await closed(one), await closed(other)], [(4321, "until tomorrow")] * 2)
            await page.until(has_text("#act-answer", f"2 connections of {user} ended."))
        self.assertFalse(await page.run("document.getElementById('end').open"))
        self.assertEqual(await page.run("document.activeElement.id"), "end-button")
        await page.until(has_text("#found-state", "offline"))
        self.assertEqual(page.complaints, [])

    async def test_a_disconnect_that_was_cancelled_sends_nothing(self):
        page = await self.open_console()
        await self.open_user(page, "ann")
        await page.run("document.getElementById('end-button').click()")
        await page.run("[...document.querySelectorAll('#end button')].at(-1).click()")
        self.assertFalse(await page.run("document.getElementById('end').open"))
        self.assertEqual([one["url"] for one in page.requests if one["method"] == "POST"], [])

    async def test_it_names_the_processes_that_did_not_answer(self):
        page = await self.open_console()
        await self.open_user(page, "ann")
        silent = fault("some processes did not answer", {"connections": 1, "silent": ["host-7.0a1b2c3d"]})
        await page.run(STUB % json.dumps({"api/users/ann/disconnect": [503, silent]}))
        await page.run("(document.getElementById('end-button').click(), document.getElementById('end-form').requestSubmit())")
        await page.until(has_text("#act-answer", "1 connection of ann ended. These processes did not answer"))
        self.assertTrue(await page.run(has_text("#act-answer", "host-7.0a1b2c3d")))
        self.assertEqual(await page.run("sent"), [{"path": "api/users/ann/disconnect", "body": {"code": 1008}, "method": "POST"}])

    async def test_it_names_the_processes_that_did_not_hear_of_a_revocation(self):
        page = await self.open_console()
        silent = fault("some processes did not answer", {"connections": 0, "silent": ["host-7.0a1b2c3d"]})
        await page.run(STUB % json.dumps({"api/tokens/revoke": [503, silent]}))
        await page.run("(document.getElementById('token-id').value = 'token-17', document.getElementById('token').requestSubmit())")
        await page.run("document.querySelector('#revoke form').requestSubmit()")
        await page.until(has_text("#revoke [role=alert]", "some processes did not answer (host-7.0a1b2c3d)"))
        self.assertTrue(await page.run("document.getElementById('revoke').open"))

    async def test_an_error_stays_in_the_dialog(self):
        page = await self.open_console()
        await self.open_user(page, "ann")
        await page.run(STUB % json.dumps({"api/users/ann/disconnect": [503, fault("Redis is <b>unavailable</b>")]}))
        await page.run("(document.getElementById('end-button').click(), document.getElementById('end-form').requestSubmit())")
        await page.until(has_text("#end [role=alert]", "Redis is <b>unavailable</b>"))
        self.assertTrue(await page.run("document.getElementById('end').open"))
        self.assertEqual(await page.run("document.querySelectorAll('#end b').length"), 0)

    async def test_it_revokes_the_tokens_of_a_user(self):
        page = await self.open_console()
        await self.open_user(page, "ann")
        await page.run(STUB % json.dumps({"api/users/ann/disconnect": [200, {"connections": 0}]}))
        await page.run("document.getElementById('end-button').click()")
        self.assertFalse(await page.run("document.getElementById('end-revoke').checked"))
        await page.run("(document.getElementById('end-revoke').click(), document.getElementById('end-form').requestSubmit())")
        await page.until(has_text("#act-answer", "0 connections of ann ended. The tokens that the user has now are refused."))
        self.assertEqual((await page.run("sent"))[0]["body"], {"code": 1008, "revoke": True})

    async def test_it_revokes_a_token_by_its_id(self):
        page = await self.open_console()
        await page.run(STUB % json.dumps({"api/tokens/revoke": [204, None]}))
        await page.run("(document.getElementById('token-id').value = 'token-17', document.getElementById('token').requestSubmit())")
        await page.until("document.getElementById('revoke').open")
        self.assertTrue(await page.run(has_text("#revoke-id", "token-17")))
        self.assertEqual(await page.run("document.activeElement.textContent"), "Cancel")
        self.assertEqual(await page.run("sent"), [])
        await page.run("document.querySelector('#revoke form').requestSubmit()")
        await page.until(has_text("#token-answer", "The token token-17 is revoked."))
        self.assertEqual(await page.run("sent"), [{"path": "api/tokens/revoke", "body": {"jti": "token-17"}, "method": "POST"}])
        self.assertFalse(await page.run("document.getElementById('revoke').open"))

    async def test_texts_of_the_server_are_no_markup_and_fit(self):
        name = "<img src=x onerror=alert(1)>" + "x" * 200
        for look in ({}, {"width": 390, "height": 840}, {"width": 390, "height": 840, "dark": True}):
            page = await self.open_console(**look)
            connections = [
                {"id": str(number), "process": f"{name}.{number}", "device": name, "since": "2026-01-31T08:15:30Z", "address": name}
                for number in range(5)]  # fmt: skip
            listed = [process(number, host=name, id=f"{name}.{number}", version=name) for number in range(20)]
            event = {"time": "2026-01-31T08:15:30Z", "id": None, "type": name, "bytes": 9, "connections": 1, "payload": name}
            user = await page.run(f"encodeURIComponent({json.dumps(name)})")
            answers = {
                "api/processes": [200, {"processes": listed}],
                f"api/users/{user}": [200, {"user": name, "online": True, "connections": connections, "limit": 5}],
                f"console/feed?user={user}": [200, {"since": "2026-01-31T08:15:30Z", "payloads": True, "dropped": 0, "events": [event]}]}  # fmt: skip
            await page.run(STUB % json.dumps(answers))
            await self.open_user(page, name)
            await page.until("document.querySelectorAll('#processes tbody tr').length === 20")
            await page.until(has_text("#feed", name))
            self.assertEqual(await page.run("document.querySelectorAll('main img').length"), 0)
            wide = await page.run("document.documentElement.scrollWidth <= innerWidth")
            self.assertTrue(wide, f"the page is not wider than the window, {look}")
            self.assertEqual(page.complaints, [])

    async def test_the_live_notifications_change_nothing_for_the_user(self):
        user = self.user()
        first, second = self.sockets(user)
        async with first as socket, second:
            page = await self.open_console()
            await self.open_user(page, user)
            await page.until(has_text("#feed", "Nothing was written"))
            text = await asyncio.to_thread(self.send, user)
            await page.until(has_text("#feed", "batch_ready"))
            self.assertTrue(await page.run(has_text("#feed", "to 1 connection")))
            self.assertTrue(await page.run(has_text("#feed pre", json.loads(text)["correlation_id"])))
            await page.until(has_text("#feed-note", "The 1 connection to other processes"))
            self.assertEqual(await frame(socket), text)
            self.assertEqual(len(self.found(user)["connections"]), 2)
        self.assertEqual(page.complaints, [])
