import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { connect } from 'hermod-client'
import { startServer } from './support/server.mjs'
import { FAST, until, watch } from './support/watch.mjs'

async function serve(t, settings) {
  const server = await startServer(settings)
  t.after(() => server.stop())
  return server
}

test('it connects, receives and closes', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  assert.deepEqual(one.client.state, { state: 'connecting', transport: 'websocket' })
  await one.state('open')
  server.publish('ann', { text: 'hello' })
  await until(() => one.notifications.length)
  assert.deepEqual(one.notifications[0].notification.payload, { text: 'hello' })
  one.client.close()
  one.client.close()
  assert.deepEqual(one.names(), ['connecting', 'open', 'stopped'])
  assert.equal(one.last().reason, 'closed')
  await until(() => server.lastCloseCode === 1000)
})

const ENDS = [
  [1001, { error_code: 'SERVICE_UNAVAILABLE' }, 'open'],
  [1008, { error_code: 'RATE_LIMIT', retry_after_ms: 10 }, 'open'],
  [1011, '', 'open'],
  [1013, { error_code: 'RATE_LIMIT', retry_after_ms: 10 }, 'open'],
  [4000, { error_code: 'QUOTA_EXCEEDED', retry_after_ms: 10 }, 'open'],
  [4321, 'until tomorrow', 'open'],
  [1000, '', 'closed'],
  [1009, '', 'invalid'],
  [1008, { error_code: 'AUTHORIZATION_ERROR' }, 'forbidden'],
  [1008, { error_code: 'VALIDATION_ERROR' }, 'invalid'],
]
for (const [code, reason, after] of ENDS) {
  for (const plainOnly of [false, true]) {
    test(`${code} ${reason.error_code ?? reason} leads to ${after}${plainOnly ? ', plain' : ''}`, async (t) => {
      const server = await serve(t, { plainOnly })
      const one = watch(t, server)
      await one.state('open')
      server.endAll(code, reason)
      if (after !== 'open') {
        const last = await one.state('stopped')
        assert.deepEqual([last.reason, last.code], [after, code])
        assert.equal(one.errors.length, 1)
      } else {
        await one.state('open', 2)
        const waiting = one.states.find(({ state }) => state === 'waiting')
        assert.equal(waiting.code, code)
        assert.equal(waiting.errorCode, reason.error_code)
      }
      assert.deepEqual(one.illegal, [])
    })
  }
}

test('the pause that a drain asks for is respected, and a wake does not shorten it', async (t) => {
  const server = await serve(t)
  const page = fakePage(t)
  const one = watch(t, server)
  await one.state('open')
  server.endAll(1001, { error_code: 'SERVICE_UNAVAILABLE' }, 300)
  const waiting = await one.state('waiting')
  assert.ok(waiting.retryInMs >= 300 && waiting.retryInMs <= 300 + FAST.retryMinMs)
  page.dispatchEvent(new Event('online'))
  await one.state('open', 2)
  const again = one.states.filter(({ state }) => state === 'connecting')[1]
  assert.ok(again.at - waiting.at >= 295, `${again.at - waiting.at}`)
})

test('the pause of a goodbye counts if the close frame is lost', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  server.tellAll({ type: 'goodbye', code: 1001, reason: '', retry_after_ms: 250 })
  await until(() => server.linksOf('ann').length)
  server.tellAll({ type: 'degraded' })
  await one.state('degraded')
  server.cutAll()
  assert.ok((await one.state('waiting')).retryInMs >= 250)
  await one.state('open', 2)
  server.cutAll()
  assert.ok((await one.state('waiting', 2)).retryInMs < 250, 'it counts once')
})

for (const odd of [-1, 1e15, '5', null, {}, NaN]) {
  test(`a pause of ${JSON.stringify(odd)} is harmless`, async (t) => {
    const server = await serve(t)
    const one = watch(t, server)
    await one.state('open')
    server.tellAll({ type: 'goodbye', code: 1001, reason: '', retry_after_ms: odd })
    server.endAll(1001, {}, odd)
    const { retryInMs } = await one.state('waiting')
    assert.ok(retryInMs >= 0 && retryInMs <= 600_200, `${retryInMs}`)
  })
}

test('over the quota it waits for at least half of the longest pause', async (t) => {
  const server = await serve(t, { quota: 0 })
  const one = watch(t, server)
  const { retryInMs, code, errorCode } = await one.state('waiting')
  assert.ok(retryInMs >= FAST.retryMaxMs / 2 && retryInMs <= FAST.retryMaxMs)
  assert.deepEqual([code, errorCode], [4000, 'QUOTA_EXCEEDED'])
  server.quota = 5
  await one.state('open')
  assert.equal(server.streams, 0, 'a refusal is an answer: there is no reason for a fallback')
})

test('a network that discards everything is noticed', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { timing: { checkMs: 50, answerMs: 300 } })
  await one.state('open')
  for (const link of server.links) link.isFrozen = true
  const missed = server.publish('ann', {})
  await one.state('open', 2)
  await until(() => one.ids().includes(missed))
  assert.equal(one.states.find(({ state }) => state === 'waiting').code, 1006)
})

test('checks leave 5 s between two tokens, and also when the network returns', async (t) => {
  const server = await serve(t)
  const page = fakePage(t)
  const one = watch(t, server, { timing: { checkMs: 100 } })
  await one.state('open')
  for (let time = 0; time < 5; time++) {
    page.dispatchEvent(new Event('online'))
    await until(() => server.received.length >= 1)
  }
  const first = performance.now()
  await until(() => server.received.length >= 2)
  assert.ok(performance.now() - first > 4900)
  assert.deepEqual(one.names(), ['connecting', 'open'])
})

test('an upgrade that hangs, one that is mute, and one that is cut are failed attempts', async (t) => {
  for (const upgrade of ['hang', 'mute', 'cut', 'refuse']) {
    const server = await serve(t, { upgrade, sse: false })
    const one = watch(t, server, { timing: { answerMs: 150 } })
    await one.state('waiting', 2)
    server.upgrade = null
    await one.state('open')
    assert.equal(one.errors.length >= 2, true)
    assert.deepEqual(one.illegal, [])
  }
})

test('degraded and restored are states', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  server.tellAll({ type: 'degraded' })
  await one.state('degraded')
  server.tellAll({ type: 'restored' })
  await one.state('open', 2)
})

test('unknown frames, unknown members and texts that are not JSON are ignored', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  server.tellAll({ type: 'later', x: 1 })
  for (const link of server.links) for (const text of ['', '{', 'null', '7', '[]', '"x"', '{"type":5}']) link.ws.send(text)
  server.publish('ann', {})
  await until(() => one.notifications.length === 1)
  assert.deepEqual(one.names(), ['connecting', 'open'])
})

test('a frame that hermod refuses is an error, and the connection stays', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  server.tellAll({ type: 'error', code: 'VALIDATION_ERROR', message: 'ids must be a list' })
  await until(() => one.errors.length)
  assert.match(one.errors[0].message, /ids must be a list/)
  assert.equal(one.errors[0].cause.code, 'VALIDATION_ERROR')
})

test('options that cannot work are refused at once', () => {
  const good = { url: 'wss://host/ws', token: () => '', WebSocket }
  for (const [bad, text] of [
    [{ url: '/ws/v1/notifications' }, /URL/],
    [{ token: 'abc' }, /token: must be a function/],
    [{ device: '' }, /device: must be/],
    [{ device: 'a b' }, /device: must be/],
    [{ device: 'x'.repeat(65) }, /device: must be/],
  ]) assert.throws(() => connect({ ...good, ...bad }), text)
})

test('a client that is closed before it begins asks for nothing', async (t) => {
  const server = await serve(t)
  let calls = 0
  const one = watch(t, server, { token: () => (calls++, server.token()) })
  one.client.close()
  await new Promise((done) => setTimeout(done, 20))
  assert.equal(calls, 0)
  assert.deepEqual(one.names(), ['stopped'])
})

for (const when of ['connecting', 'waiting', 'open', 'stopped']) {
  test(`close() in a listener of ${when} ends everything`, async (t) => {
    const server = await serve(t, when === 'stopped' ? { forbids: () => true } : when === 'waiting' ? { upgrade: 'cut' } : {})
    const one = watch(t, server)
    one.client.on('state', ({ state }) => state === when && one.client.close())
    await one.state('stopped')
    const count = server.upgrades
    await new Promise((done) => setTimeout(done, 100))
    assert.equal(server.upgrades, count)
    assert.equal(one.last().state, 'stopped')
    assert.equal(one.names().filter((name) => name === 'stopped').length, 1)
  })
}

test('close() in a listener of error ends everything', async (t) => {
  const server = await serve(t, { upgrade: 'cut' })
  const one = watch(t, server)
  one.client.on('error', () => one.client.close())
  await one.state('stopped')
  await new Promise((done) => setTimeout(done, 100))
  assert.equal(server.upgrades, 1)
})

// A page: events of the window, and of the document.
function fakePage(t) {
  const page = new EventTarget()
  const document = new EventTarget()
  Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), document })
  page.document = document
  t.after(() => {
    delete globalThis.addEventListener
    delete globalThis.document
  })
  return page
}

test('the network that returns ends a pause, and the page that is shown too', async (t) => {
  const server = await serve(t, { upgrade: 'cut', sse: false })
  const page = fakePage(t)
  for (const [target, name] of [[page, 'online'], [page.document, 'visibilitychange'], [page, 'pageshow'], [page.document, 'resume']]) {
    server.upgrade = 'cut'
    const one = watch(t, server, { timing: { retryMinMs: 60_000, retryMaxMs: 60_000 } })
    await one.state('waiting')
    server.upgrade = null
    target.dispatchEvent(new Event(name))
    await one.state('open')
    one.client.close()
  }
})

for (const name of ['freeze', 'pagehide']) {
  test(`a page that is frozen by ${name} leaves, and catches up when it returns`, async (t) => {
    const server = await serve(t)
    const page = fakePage(t)
    const one = watch(t, server)
    await one.state('open')
    const event = Object.assign(new Event(name), { persisted: true })
    ;(name === 'freeze' ? page.document : page).dispatchEvent(event)
    await one.state('waiting')
    assert.equal(one.last().retryInMs, undefined)
    await until(() => server.links.size === 0)
    assert.equal(server.lastCloseCode, 3001, 'neither 1000 nor 1001: hermod keeps the position')
    const missed = [server.publish('ann', {}), server.publish('ann', {})]
    ;(name === 'freeze' ? page.document : page).dispatchEvent(new Event(name === 'freeze' ? 'resume' : 'pageshow'))
    await one.state('open', 2)
    await until(() => one.ids().length === 2)
    assert.deepEqual(one.ids(), missed)
    assert.deepEqual(one.illegal, [])
  })
}

test('a page that is left for good does nothing', async (t) => {
  const server = await serve(t)
  const page = fakePage(t)
  const one = watch(t, server)
  await one.state('open')
  page.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }))
  server.publish('ann', {})
  await until(() => one.notifications.length)
  assert.deepEqual(one.names(), ['connecting', 'open'])
})

test('a closed client has no listeners on the page and no timers', async (t) => {
  const server = await serve(t)
  const page = fakePage(t)
  const one = watch(t, server)
  await one.state('open')
  one.client.close()
  for (const name of ['online', 'pageshow']) page.dispatchEvent(new Event(name))
  await new Promise((done) => setTimeout(done, 50))
  assert.equal(server.upgrades, 1)
})
