import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from './support/server.mjs'
import { until, watch } from './support/watch.mjs'

async function serve(t, settings) {
  const server = await startServer(settings)
  t.after(() => server.stop())
  return server
}

for (const upgrade of ['refuse', 'cut', 'hang', 'mute']) {
  test(`a network that answers upgrades with ${upgrade} leads to server-sent events`, async (t) => {
    const server = await serve(t, { upgrade })
    const one = watch(t, server, { timing: { answerMs: 500 } })
    const missed = server.publish('ann', {})
    assert.equal((await one.state('open')).transport, 'sse')
    assert.equal(server.upgrades, 2)
    const live = server.publish('ann', { text: 'grüß dich' })
    await until(() => one.ids().length === 2)
    assert.deepEqual(one.ids(), [missed, live])
    assert.equal(one.notifications[1].notification.payload.text, 'grüß dich')
    assert.deepEqual(one.illegal, [])
    const { headers, query } = server.requests.find(({ path }) => path === '/sse/v1/notifications')
    assert.match(headers.authorization, /^Bearer /)
    assert.equal(query.token, undefined, 'the token is not in the URL')
  })
}

test('deliveries and marks over server-sent events are acknowledged', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { transport: 'sse' })
  const other = watch(t, server, { device: 'phone' })
  await one.state('open')
  await other.state('open')
  const ids = [1, 2, 3].map(() => server.publish('ann', {}))
  await until(() => server.received.some(({ type, up_to }) => type === 'ack' && up_to === ids[2]))
  one.client.seen(ids)
  await until(() => other.marks.length === 1)
  assert.deepEqual(other.marks, [{ ids }])
  const posts = server.requests.filter(({ method }) => method === 'POST')
  assert.ok(posts.every(({ query }) => query.connection_id), 'without a device, the connection is named')
})

test('with a device, the device is named', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { transport: 'sse', device: 'phone' })
  await one.state('open')
  server.publish('ann', {})
  await until(() => server.received.length)
  assert.deepEqual(server.requests.at(-1).query, { device: 'phone' })
  assert.equal(server.user('ann').acked.get('phone'), '1-0')
})

test('an acknowledgement that fails is repeated', async (t) => {
  const server = await serve(t, { acknowledge: false })
  const one = watch(t, server, { transport: 'sse' })
  await one.state('open')
  const id = server.publish('ann', {})
  one.client.seen(id)
  await until(() => server.requests.filter(({ method }) => method === 'POST').length >= 2)
  server.acknowledge = true
  await until(() => server.received.length === 2)
  assert.deepEqual(server.received, [{ type: 'seen', ids: [id] }, { type: 'ack', up_to: id }])
})

test('a stream that ends is resumed after the last id, without repeats', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { transport: 'sse', timing: { acknowledgeMs: 60_000 } })
  await one.state('open')
  const sent = []
  for (let round = 0; round < 5; round++) {
    sent.push(server.publish('ann', {}), server.publish('ann', {}))
    await until(() => one.ids().length === sent.length)
    server.cutAll()
    sent.push(server.publish('ann', {}))
    await one.state('open', round + 2)
  }
  await until(() => one.ids().length >= sent.length)
  assert.deepEqual(one.ids(), sent)
  assert.equal(server.requests.at(-1).query.last_event_id !== undefined, true)
})

test('WebSocket is tried again, and replaces the stream without a gap', async (t) => {
  const server = await serve(t, { upgrade: 'refuse' })
  const one = watch(t, server, { timing: { upgradeMs: 100 } })
  assert.equal((await one.state('open')).transport, 'sse')
  await until(() => server.upgrades >= 4)
  assert.equal(one.last().state, 'open', 'a failed trial changes nothing')
  const sent = [server.publish('ann', {})]
  server.upgrade = null
  await until(() => one.last().transport === 'websocket')
  assert.deepEqual(one.names().slice(-2), ['open', 'open'])
  sent.push(server.publish('ann', {}))
  await until(() => one.ids().length === 2)
  await until(() => server.links.size === 1)
  assert.deepEqual(one.ids(), sent)
  assert.deepEqual(one.illegal, [])
})

test('without server-sent events, both are tried in turn', async (t) => {
  const server = await serve(t, { upgrade: 'refuse', sse: false })
  const one = watch(t, server)
  await until(() => one.names().filter((name) => name === 'connecting').length >= 7)
  const tried = one.states.filter(({ state }) => state === 'connecting').map(({ transport }) => transport)
  assert.deepEqual(tried.slice(0, 7), ['websocket', 'websocket', 'sse', 'websocket', 'sse', 'websocket', 'sse'])
})

test('transport: websocket never falls back', async (t) => {
  const server = await serve(t, { upgrade: 'refuse' })
  const one = watch(t, server, { transport: 'websocket' })
  await one.state('waiting', 5)
  assert.equal(server.streams, 0)
})

test('without a WebSocket class, Node uses server-sent events', async (t) => {
  const original = globalThis.WebSocket
  delete globalThis.WebSocket
  t.after(() => original && (globalThis.WebSocket = original))
  const server = await serve(t)
  const one = watch(t, server, { WebSocket: undefined })
  assert.equal((await one.state('open')).transport, 'sse')
})

const page = (status, type, body, headers = {}) => (request, response) => response.writeHead(status, { 'Content-Type': type, ...headers }).end(body)
const fault = (code) => JSON.stringify({ error: { code, message: code } })

for (const [name, answer, expected] of [
  ['a login page', page(200, 'text/html', '<title>Sign in</title>'), ['waiting', 1006]],
  ['an empty 200', page(200, 'text/plain', ''), ['waiting', 1006]],
  ['a 403 of a filter', page(403, 'text/html', 'blocked'), ['waiting', 1006]],
  ['a 401 of a proxy', page(401, 'text/html', ''), ['waiting', 1006]],
  ['502', page(502, 'text/html', ''), ['waiting', 1006]],
  ['QUOTA_EXCEEDED', page(429, 'application/json', fault('QUOTA_EXCEEDED')), ['waiting', 4000]],
  ['RATE_LIMIT', page(429, 'application/json', fault('RATE_LIMIT'), { 'Retry-After': '7' }), ['waiting', 1008]],
  ['SERVICE_UNAVAILABLE', page(503, 'application/json', fault('SERVICE_UNAVAILABLE'), { 'Retry-After': '7' }), ['waiting', 1006]],
  ['RESOURCE_NOT_FOUND', page(404, 'application/json', fault('RESOURCE_NOT_FOUND')), ['waiting', 1006]],
  ['AUTHENTICATION_ERROR', page(401, 'application/json', fault('AUTHENTICATION_ERROR')), ['waiting', 1008]],
  ['VALIDATION_ERROR', page(400, 'application/json', fault('VALIDATION_ERROR')), ['stopped', 1008]],
  ['AUTHORIZATION_ERROR', page(403, 'application/json', fault('AUTHORIZATION_ERROR')), ['stopped', 1008]],
]) {
  test(`a stream that is refused with ${name} leads to ${expected[0]}`, async (t) => {
    const server = await serve(t, { sse: answer })
    const one = watch(t, server, { transport: 'sse' })
    const last = await one.state(expected[0])
    assert.equal(last.code, expected[1])
    if (name === 'RATE_LIMIT' || name === 'SERVICE_UNAVAILABLE') assert.ok(last.retryInMs >= 7000)
    assert.equal(one.errors.length, 1)
  })
}

test('a second refusal of a token by HTTP is the end', async (t) => {
  const server = await serve(t, { accepts: () => false })
  const one = watch(t, server, { transport: 'sse' })
  assert.equal((await one.state('stopped')).reason, 'unauthorized')
  assert.equal(server.streams, 2)
})

test('a token that expires ends the stream, and a fresh one resumes it', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { transport: 'sse', token: () => server.token('ann', { lifetimeMs: 300 }) })
  await one.state('open', 3)
  assert.equal(one.states.find(({ state }) => state === 'waiting').errorCode, 'AUTHENTICATION_ERROR')
})

test('a drain is respected over server-sent events', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { transport: 'sse' })
  await one.state('open')
  server.endAll(1001, { error_code: 'SERVICE_UNAVAILABLE' }, 400)
  assert.ok((await one.state('waiting')).retryInMs >= 400)
})

test('a stream without heartbeats is dead', async (t) => {
  const server = await serve(t, { heartbeatSeconds: 0.05 })
  const one = watch(t, server, { transport: 'sse', timing: { checkMs: 50, answerMs: 50 } })
  await one.state('open')
  await new Promise((done) => setTimeout(done, 400))
  assert.equal(one.last().state, 'open', 'heartbeats keep it')
  for (const link of server.links) link.isFrozen = true
  await one.state('open', 2)
})

test('events are read in whatever pieces they arrive', async (t) => {
  const id = '5-0'
  const frames = [
    { type: 'welcome', connection_id: 'c', user: 'ann', device: null, expires_at: '', heartbeat_seconds: 30, replaying: 1 },
    { type: 'notification', id, replayed: true, seen: false, notification: { text: 'ü€😀 "\\n' } },
  ]
  const bytes = Buffer.from(': heartbeat\n\n' + frames.map((frame) => `event: ${frame.type}\r\ndata:${JSON.stringify(frame)}\r\n\r\n`).join('') + 'retry: 5\n\n')
  const server = await serve(t, {
    sse: async (request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
      for (const byte of bytes) {
        response.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
    },
  })
  const one = watch(t, server, { transport: 'sse' })
  await until(() => one.notifications.length)
  assert.deepEqual(one.notifications[0], { id, replayed: true, seen: false, notification: { text: 'ü€😀 "\\n' } })
})

test('the paths of server-sent events keep what a proxy puts before /ws', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { transport: 'sse', url: `ws://127.0.0.1:${server.port}/hermod/ws/v1/notifications?x=1#top` })
  await one.state('waiting')
  assert.equal(server.requests[0].path, '/hermod/sse/v1/notifications')
  assert.deepEqual(server.requests[0].query, { x: '1' })
})
