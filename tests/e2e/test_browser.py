"""The console's page and the client of docs/client.js in headless Chromium."""

import asyncio
import json
import re
import unittest

from support.browser import Browser, has_text
from support.hermod import Hermod
from support.hermod_test_case import HermodTestCase
from support.link import Link
from support.site import Site
from support.sockets import open_socket

TOKEN = "an-admin-token#of-some-length"
SHOWN = "!document.getElementById('figures').hidden"


class ConsolePage(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.hermod = await asyncio.to_thread(lambda: Hermod(JWT_SECRET_KEY=""))
        await asyncio.to_thread(self.hermod.wait_for_kafka)
        lines = [self.hermod.child.process.stdout.readline().decode() for _ in range(6)]
        (self.link,) = re.findall(r"in a browser: (\S+)\n", "".join(lines))
        self.browser = await self.enterAsyncContext(Browser())

    async def asyncTearDown(self):
        self.assertEqual(await asyncio.to_thread(self.hermod.stop), 0, self.hermod.child.said()[-3000:])

    async def open_console(self, **look):
        page = await self.browser.open(self.link, **look)
        await page.until(SHOWN)
        return page

    def socket(self, user):
        return open_socket(self.hermod.socket_url(token=self.hermod.token(user)))

    async def tab_to(self, page, wanted):
        """Presses Tab until the element with this id has the focus."""
        for _ in range(40):
            await page.key("Tab")
            if await page.run("document.activeElement.id") == wanted:
                return
        raise AssertionError(f"{wanted} is not reachable with the keyboard")

    async def test_it_loads_in_each_look_without_a_complaint(self):
        for look in ({}, {"dark": True}, {"width": 360, "height": 740}):
            page = await self.open_console(**look)
            await page.until(has_text("#ready", "ready"))
            wide = await page.run("document.documentElement.scrollWidth <= innerWidth")
            self.assertTrue(wide, f"the page is not wider than the window, {look}")
            self.assertEqual(page.complaints, [])
            foreign = [one["url"] for one in page.requests if not one["url"].startswith((self.hermod.url, "data:"))]
            self.assertEqual(foreign, [])

    async def test_the_secret_leaves_the_address_bar_and_is_sent_to_no_one_else(self):
        page = await self.open_console()
        secret = self.link.partition("#")[2]
        self.assertEqual(await page.run("location.href"), f"{self.hermod.url}/console")
        self.assertNotIn(secret, json.dumps([one["url"] for one in page.requests]))
        kept = await page.run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        self.assertEqual(kept, '[{},{},""]')

    async def test_the_skip_link_leads_to_the_figures_and_keeps_the_secret(self):
        page = await self.open_console()
        await page.run("document.querySelector('.skip').click()")
        await page.until("location.hash === '#main' && document.activeElement.id === 'main'")
        asked = await page.run("performance.getEntriesByType('resource').length")
        await page.until(f"performance.getEntriesByType('resource').length >= {asked + 3}")
        self.assertTrue(await page.run(SHOWN))
        self.assertTrue(await page.run("document.getElementById('unlock').hidden"))
        self.assertEqual(page.complaints, [])

    async def test_without_the_secret_it_shows_figures_and_asks_for_it(self):
        page = await self.browser.open(f"{self.hermod.url}/console")
        await page.until(SHOWN)
        for hidden in ("#try", "section[aria-labelledby=who-title]", "section[aria-labelledby=dead-title]"):
            self.assertEqual(await page.run(f"getComputedStyle(document.querySelector('{hidden}')).display"), "none")
        self.assertFalse(await page.run("document.getElementById('unlock').hidden"))
        await page.run(f"location.hash = {json.dumps(self.link.partition('#')[2])}")
        await page.until("document.getElementById('unlock').hidden")
        await page.until("getComputedStyle(document.getElementById('try')).display !== 'none'")
        self.assertEqual(page.complaints, [])

    async def test_it_shows_who_comes_and_goes_and_takes_names_for_text(self):
        page = await self.open_console()
        name = '<img src=x onerror="alert(1)">\u202e'
        async with self.socket(name), self.socket("plain-user"):
            await page.until(has_text("#who", name))
            await page.until(has_text("#sockets dl", "2"))
            await page.run("(filter.value = 'plain', filter.dispatchEvent(new Event('input')))")
            await page.until(f"{has_text('#who', 'plain-user')} && !{has_text('#who', 'img')}")
        await page.until(has_text("#who", "No connected user matches"))
        self.assertEqual(await page.run("document.querySelectorAll('table img').length"), 0)
        self.assertEqual(page.complaints, [])

    async def test_by_keyboard_alone_somebody_connects_sends_and_sees_the_frame(self):
        page = await self.open_console()
        await self.tab_to(page, "user")
        await page.type("-of-keys")  # after or instead of the preset name
        user = await page.run("document.getElementById('user').value")
        await page.key("Enter", text="\r")
        await page.until(has_text("#socket-state", f"connected as {user}"))
        await page.until(has_text("#who", user))
        await self.tab_to(page, "type")
        await page.run("document.activeElement.select()")
        await page.type("typed_by_hand")
        await page.key("Enter", text="\r")
        await page.until(has_text("#frames", "typed_by_hand"))
        await page.until(has_text("#send-answer", "acknowledged by Kafka"))
        await page.until(has_text("#self dl", "1"))
        await self.tab_to(page, "frames")
        self.assertEqual(page.complaints, [])

    async def test_without_admin_token_it_says_that_there_is_no_api_and_does_not_ask_it(self):
        page = await self.open_console()
        await page.until(has_text("#processes-note", "the API needs ADMIN_TOKEN"))
        self.assertFalse(await page.run("document.getElementById('find').checkVisibility()"))
        self.assertEqual([one["url"] for one in page.requests if "/api/" in one["url"]], [])
        self.assertEqual(page.complaints, [])

    async def test_a_payload_that_is_none_is_not_sent(self):
        page = await self.open_console()
        await page.run("(payload.value = '[1]', document.getElementById('send-button').click())")
        self.assertFalse(await page.run("payload.checkValidity()"))
        self.assertFalse(any(one["url"].endswith("/notifications") for one in page.requests))

    async def test_it_says_when_hermod_is_gone(self):
        page = await self.open_console()
        await page.run("document.getElementById('connect-button').click()")
        await page.until(has_text("#socket-state", "connected as"))
        ending = asyncio.create_task(asyncio.to_thread(self.hermod.stop))
        await page.until(has_text("#frames", "closed with 1001"))
        await ending
        await page.until(has_text("#trouble", "does not answer"))
        self.assertEqual(await page.run("document.getElementById('ready').textContent"), "no answer")


class LockedPage(HermodTestCase):
    settings = {"ADMIN_TOKEN": TOKEN, "ENVIRONMENT": "production"}

    async def test_it_asks_for_the_token_and_then_shows_and_offers_nothing(self):
        async with Browser() as browser:
            page = await browser.open(f"{self.hermod.url}/console")
            await page.until("!document.getElementById('unlock').hidden")
            self.assertEqual(await page.run("document.activeElement.id"), "console-token")
            await page.type("a wrong one")
            await page.key("Enter", text="\r")
            await page.until(has_text("#unlock-answer", "token is wrong"))
            await page.run("document.getElementById('console-token').select()")
            await page.type(TOKEN)
            await page.key("Enter", text="\r")
            await page.until(SHOWN)
            await page.until("!document.getElementById('read-only').hidden")
            self.assertEqual(await page.run("getComputedStyle(document.getElementById('try')).display"), "none")
            self.assertNotIn(TOKEN, json.dumps([one["url"] for one in page.requests]))
            kept = await page.run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
            self.assertEqual(kept, '[{},{},""]')
            # The browser reports each request that was refused, which is expected, and nothing else.
            self.assertEqual([one for one in page.complaints if "401" not in one], [])


# Counts the pending timers, to distinguish "will not reconnect" from "has not reconnected yet".
START = """
(async () => {
  window.waiting = new Map()
  const set = window.setTimeout, clear = window.clearTimeout
  window.delays = []
  window.setTimeout = (what, ms) => {
    const id = set(() => { waiting.delete(id); what() }, ms)
    waiting.set(id, ms)
    return id
  }
  window.clearTimeout = (id) => { waiting.delete(id); clear(id) }
  window.texts = []
  window.states = []
  const { connect } = await import('/client.js')
  window.client = connect({
    url: %(url)s, checkMs: %(check_ms)d, answerMs: %(answer_ms)d,
    token: async () => (await fetch('/token')).text(),
    onText: (text) => texts.push(text),
    onState: (state, code, why) => states.push({ state, code, why, at: Date.now(), delays: [...waiting.values()] }),
  })
})()
"""


class Client(HermodTestCase):
    """docs/client.js on a page of another site, through a link that can fail."""

    async def asyncSetUp(self):
        self.user_name = self.user()
        self.site = self.enterContext(Site(lambda: self.hermod_now.token(self.user_name)))
        self.hermod_now = await asyncio.to_thread(self.start)
        self.link = await self.enterAsyncContext(Link(self.hermod_now.address.port))
        self.browser = await self.enterAsyncContext(Browser())

    async def asyncTearDown(self):
        self.assertEqual(await asyncio.to_thread(self.hermod_now.stop), 0)

    def start(self):
        return self.start_hermod(
            CORS_ORIGINS=self.site.url,
            WEBSOCKET_MAX_CONNECTIONS_PER_USER=2,
            KAFKA_CONSUMER_GROUP=f"browser-{self.user_name}",
            DRAIN_SECONDS=2,
        )

    async def open_page(self, check_ms=60_000, answer_ms=10_000, begin="0"):
        page = await self.browser.open(self.site.url)
        await page.run(begin)
        url = json.dumps(f"ws://127.0.0.1:{self.link.port}/ws/v1/notifications")
        await page.run(START % {"url": url, "check_ms": check_ms, "answer_ms": answer_ms})
        return page

    async def connected(self, page, times=1):
        await page.until(f"states.filter((one) => one.state === 'open').length >= {times}")

    async def ends(self, page):
        return await page.run("states.filter((one) => one.state === 'closed')")

    async def test_texts_come_byte_for_byte_and_in_order(self):
        page = await self.open_page()
        await self.connected(page)
        sent = [await asyncio.to_thread(self.send, self.user_name) for _ in range(10)]
        await page.until("texts.length >= 10")
        self.assertEqual(await page.run("texts"), sent)
        await page.run("client.close()")
        await page.until("states.at(-1).state === 'closed'")
        self.assertEqual((await self.ends(page))[0]["code"], 1000)
        self.assertEqual(await page.run("waiting.size"), 0)
        self.assertEqual(page.complaints, [])

    async def test_a_drain_brings_it_back_when_it_was_told_and_nothing_is_missed(self):
        page = await self.open_page()
        await self.connected(page)
        await asyncio.to_thread(self.hermod_now.stop)
        await page.until("states.some((one) => one.state === 'closed')")
        meanwhile = await asyncio.to_thread(self.send, self.user_name)
        self.hermod_now = await asyncio.to_thread(self.start)
        self.link.target = self.hermod_now.address.port
        await self.connected(page, 2)
        (end, *_) = await self.ends(page)
        self.assertEqual(end["code"], 1001)
        told_ms = end["why"]["retry_after_ms"]
        came = await page.run("states.find((one, i) => i > 0 && one.state === 'connecting').at")
        self.assertGreaterEqual(came - end["at"], told_ms - 1)
        self.assertLess(came - end["at"], told_ms + 1000)
        await page.until("texts.length >= 1")
        self.assertEqual(await page.run("texts"), [meanwhile])

    async def test_a_token_is_renewed_on_the_open_connection(self):
        self.site.token = lambda: self.hermod_now.token(self.user_name, "--expires-in", "8")
        page = await self.open_page(check_ms=1000)
        await self.connected(page)
        first = await page.run("Date.now()")
        await page.until(f"Date.now() > {first} + 9000")  # the first token has expired
        self.assertEqual(self.site.tokens_given, 3)  # with each check, because the next one would come after 80 % of its life
        text = await asyncio.to_thread(self.send, self.user_name)
        await page.until("texts.length >= 1")
        self.assertEqual(await page.run("texts"), [text])  # replies to renewals are not delivered as messages
        self.assertEqual(await self.ends(page), [])
        self.assertEqual(self.link.accepted, 1)

    async def test_a_token_that_ended_is_replaced_by_a_fresh_one(self):
        self.site.token = lambda: self.hermod_now.token(self.user_name, "--expires-in", "2")
        page = await self.open_page()
        await self.connected(page)
        await page.until("states.some((one) => one.state === 'closed')")
        self.site.token = lambda: self.hermod_now.token(self.user_name)
        (end, *_) = await self.ends(page)
        self.assertEqual((end["code"], end["why"]["error_code"]), (1008, "AUTHENTICATION_ERROR"))
        await self.connected(page, 2)

    async def test_tokens_that_are_no_good_are_tried_less_and_less_often(self):
        self.site.token = lambda: self.hermod_now.token(self.user_name)[:-4] + "AAAA"
        page = await self.open_page()
        await page.until("states.filter((one) => one.state === 'connecting').length >= 4")
        begun = await page.run("states.filter((one) => one.state === 'connecting').map((one) => one.at)")
        for attempt, (before, after) in enumerate(zip(begun, begun[1:])):
            self.assertGreaterEqual(after - before, 500 * 2**attempt - 1)

    async def test_a_token_endpoint_that_answers_with_something_else_is_a_failed_attempt(self):
        good = self.hermod_now.token(self.user_name)
        page = await self.open_page()
        await self.connected(page)
        for bad in ("<!doctype html><title>Sign in</title>", "", good + "\n", "null", "a.b.c", "YQ.bnVsbA.YQ"):
            self.site.token = lambda text=bad: text
            failures = len(await self.ends(page))
            self.link.cut()
            await page.run("dispatchEvent(new Event('online'))")
            await page.until(f"states.filter((one) => one.state === 'closed').length > {failures} && states.at(-1).state === 'closed'")
            await page.run("dispatchEvent(new Event('online'))")  # which ends the pause
            await page.until(f"states.filter((one) => one.state === 'closed').length > {failures + 1}")
            self.assertEqual(await page.run("waiting.size"), 1, f"it tries again after {bad!r}")
        accepted = self.link.accepted
        self.site.token = lambda: good
        await page.run("dispatchEvent(new Event('online'))")
        await self.connected(page, 2)
        self.assertEqual(self.link.accepted, accepted + 1)

    async def test_the_clock_of_the_page_may_be_wrong(self):
        page = await self.open_page(check_ms=500, begin="window.trueNow = Date.now; Date.now = () => trueNow() + 86_400_000")
        await self.connected(page)
        text = await asyncio.to_thread(self.send, self.user_name)
        await page.until("texts.length >= 1")
        first = await page.run("performance.now()")
        await page.until(f"performance.now() > {first} + 1500")  # three intervals
        self.assertEqual(await page.run("texts"), [text])
        self.assertEqual((self.site.tokens_given, await self.ends(page)), (1, []))

    async def test_a_cut_network_brings_it_back(self):
        page = await self.open_page()
        await self.connected(page)
        self.link.cut()
        await self.connected(page, 2)
        self.assertEqual((await self.ends(page))[0]["code"], 1006)
        text = await asyncio.to_thread(self.send, self.user_name)
        await page.until("texts.length >= 1")
        self.assertEqual(await page.run("texts"), [text])

    async def test_a_network_that_swallows_everything_is_noticed(self):
        good = self.hermod_now.token(self.user_name)
        self.site.token = lambda: good  # at once, since the whole of opening has the time of an answer
        page = await self.open_page(check_ms=500, answer_ms=500)
        await self.connected(page)
        self.link.freeze()
        missed = await asyncio.to_thread(self.send, self.user_name)
        await self.connected(page, 2)
        self.assertEqual([one["code"] for one in await self.ends(page)], [1006])
        await page.until("texts.length >= 1")
        self.assertEqual(await page.run("texts"), [missed])

    async def test_a_network_that_returns_gets_one_token_in_five_seconds(self):
        page = await self.open_page(check_ms=500, answer_ms=60_000)
        await self.connected(page)
        self.link.hold()
        await page.run(
            "window.sent = []; const send = WebSocket.prototype.send;"
            "WebSocket.prototype.send = function (text) { sent.push(Date.now()); send.call(this, text) }"
        )
        await page.until("sent.length === 1 && Date.now() > sent[0] + 6000")
        self.link.release()
        await page.run("for (let i = 0; i < 3; i++) setTimeout(() => dispatchEvent(new Event('online')), 100 * i)")
        await page.until("sent.length >= 2 || states.at(-1).state === 'closed'")
        text = await asyncio.to_thread(self.send, self.user_name)
        await page.until("texts.length >= 1")
        self.assertEqual(await page.run("texts"), [text])
        self.assertEqual(await self.ends(page), [])
        self.assertEqual(self.link.accepted, 1)

    async def test_over_the_quota_it_comes_back_after_the_longest_pause(self):
        others = [await self.open_page() for _ in range(2)]
        for page in others:
            await self.connected(page)
        last = await self.open_page()
        await last.until("states.some((one) => one.state === 'closed')")
        (end,) = await self.ends(last)
        self.assertEqual((end["code"], end["why"]["error_code"]), (4000, "QUOTA_EXCEEDED"))
        (pause_ms,) = await last.run("[...waiting.values()]")
        self.assertTrue(15_000 <= pause_ms <= 30_000, pause_ms)
        self.assertEqual(self.link.accepted, 3)
        for page in others:
            self.assertEqual(await self.ends(page), [])
        await others[0].run("client.close()")
        await others[0].until("states.at(-1).state === 'closed'")
        await last.run("dispatchEvent(new Event('online'))")  # which ends the pause
        await self.connected(last)
