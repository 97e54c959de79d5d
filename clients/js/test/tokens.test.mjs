import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from './support/server.mjs'
import { FAST, until, watch } from './support/watch.mjs'

async function serve(t, settings) {
  const server = await startServer(settings)
  t.after(() => server.stop())
  return server
}

const HOSTILE = {
  'a login page': () => '<!doctype html><title>Sign in</title>',
  'an empty body': () => '',
  'a line end after the token': (good) => good + '\n',
  'white space before the token': (good) => ' ' + good,
  'JSON around the token': (good) => JSON.stringify({ token: good }),
  'an error of a proxy': () => '502 Bad Gateway',
  'null': () => null,
  'undefined': () => undefined,
  'an object': () => ({}),
  'a number': () => 7,
  'two parts': () => 'a.b',
  'claims that are not JSON': () => 'YQ.YQ.YQ',
  'claims that are null': () => 'YQ.bnVsbA.YQ',
  'a very long text': () => 'a.'.repeat(5000),
  'padding': (good) => good + '=',
  'an exception': () => {
    throw new Error('no session')
  },
  'an exception that is not an error': () => {
    throw undefined
  },
  'a rejection': () => Promise.reject(new TypeError('fetch failed')),
  'no answer': () => new Promise(() => {}),
}

for (const [name, bad] of Object.entries(HOSTILE)) {
  test(`a token endpoint that returns ${name} is a failed attempt, not the end`, async (t) => {
    const server = await serve(t)
    let calls = 0
    const one = watch(t, server, {
      timing: { answerMs: name === 'no answer' ? 300 : 3000 },
      token: () => (++calls < 3 ? bad(server.token()) : server.token()),
    })
    await one.state('open')
    assert.deepEqual(one.names(), ['connecting', 'waiting', 'connecting', 'waiting', 'connecting', 'open'])
    assert.equal(one.errors.length, 2)
    for (const error of one.errors) assert.ok(error instanceof Error && !error.message.includes(server.token().slice(0, 20)))
    assert.equal(server.upgrades, 1, 'nothing was sent to hermod')
    assert.deepEqual(one.illegal, [])
  })
}

test('the pauses between failed tokens grow', async (t) => {
  const server = await serve(t)
  const original = Math.random
  Math.random = () => 0.999
  t.after(() => (Math.random = original))
  const one = watch(t, server, { token: () => '' })
  await one.state('waiting', 6)
  assert.deepEqual(one.states.filter(({ state }) => state === 'waiting').slice(0, 6).map(({ retryInMs }) => Math.round(retryInMs)), [20, 40, 80, 160, 200, 200])
})

test('a refused token is replaced once, and a second refusal is the end', async (t) => {
  const server = await serve(t, { accepts: () => false })
  let calls = 0
  const one = watch(t, server, { token: () => (calls++, server.token()) })
  const { reason, code, errorCode } = await one.state('stopped')
  assert.deepEqual([reason, code, errorCode], ['unauthorized', 1008, 'AUTHENTICATION_ERROR'])
  assert.equal(calls, 2)
  assert.deepEqual(one.names(), ['connecting', 'waiting', 'connecting', 'stopped'])
})

test('a refused token is replaced once over the plain protocol too', async (t) => {
  const server = await serve(t, { accepts: () => false, plainOnly: true })
  const one = watch(t, server)
  assert.equal((await one.state('stopped')).reason, 'unauthorized')
  assert.equal(server.upgrades, 2)
})

test('a refused token that a fresh one replaces is no end, as often as it happens', async (t) => {
  const server = await serve(t, { accepts: ({ number }) => number > server.refusedTo })
  server.refusedTo = 0
  const one = watch(t, server)
  for (let time = 1; time <= 3; time++) {
    await one.state('open', time)
    server.refusedTo = server.number + 1
    server.cutAll()
  }
  await one.state('open', 4)
  assert.equal(one.names().includes('stopped'), false)
})

test('a token that expires on an open connection is replaced', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { token: () => server.token('ann', { lifetimeMs: 200, iat: false }) })
  await one.state('open', 4)
  assert.ok(one.states.filter(({ state }) => state === 'waiting').every(({ code, errorCode }) => code === 1008 && errorCode === 'AUTHENTICATION_ERROR'))
  assert.deepEqual(one.errors, [])
})

test('a token is renewed on the open connection before it ends', async (t) => {
  const server = await serve(t)
  let calls = 0
  const one = watch(t, server, { timing: { checkMs: 5000 }, token: () => (calls++, server.token('ann', { lifetimeMs: 2500 })) })
  await one.state('open')
  const first = performance.now()
  await until(() => performance.now() > first + 3000, 'the first token has expired')
  assert.equal(calls, 2)
  assert.deepEqual(one.names(), ['connecting', 'open'])
  const [frame] = server.received
  assert.equal(frame.type, 'authenticate')
  assert.equal(server.claims(frame.token).number, 2)
})

for (const offsetMs of [-3_600_000, 3_600_000]) {
  test(`a clock of the service that differs by ${offsetMs / 3_600_000} h changes nothing`, async (t) => {
    const server = await serve(t)
    server.clockOffsetMs = offsetMs
    let calls = 0
    const one = watch(t, server, { timing: { checkMs: 100 }, token: () => (calls++, server.token('ann', { lifetimeMs: 60_000 })) })
    await one.state('open')
    await until(() => server.received.length === 1)
    assert.equal(calls, 1, 'the token is not asked for again before 80 % of its life')
    assert.deepEqual(one.names(), ['connecting', 'open'])
  })
}

test('a token that cannot be renewed is an error, and the connection stays', async (t) => {
  const server = await serve(t)
  let calls = 0
  const short = () => server.token('ann', { lifetimeMs: 60_000, iat: Date.now() / 1000 + 59.8 }) // renewed after 0.2 s
  const one = watch(t, server, { timing: { checkMs: 200 }, token: () => (++calls === 1 ? short() : '<html>') })
  await one.state('open')
  await until(() => one.errors.length > 0)
  assert.match(one.errors[0].message, /not a JWT/)
  await until(() => server.received.length === 1)
  assert.equal(server.claims(server.received[0].token).number, 1, 'the check uses the token that it has')
  assert.deepEqual(one.names(), ['connecting', 'open'])
})

test('the callback is asked for a token once per attempt', async (t) => {
  const server = await serve(t, { upgrade: 'refuse', sse: false })
  let calls = 0
  const one = watch(t, server, { token: () => (calls++, server.token()) })
  await one.state('waiting', 5)
  assert.equal(calls, one.names().filter((name) => name === 'connecting').length)
})
