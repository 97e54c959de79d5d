import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createRouter, HermodError, optionNames } from 'hermod'
import { connect, next, notification, until } from './support/kit.mjs'

let router
beforeEach(async () => {
  router = await createRouter()
})
afterEach(() => router.close())

test('a notification reaches all sockets of its user and no others', async () => {
  const [one, two, other] = await Promise.all(['ann', 'ann', 'ben'].map((user) => connect(router, user)))
  const sent = notification('ann')
  await router.publish(sent)
  await router.delivered()
  assert.deepEqual(one.received, [sent])
  assert.deepEqual(two.received, [sent])
  assert.deepEqual(other.received, [])
})

test('publish() resolves to topic, partition and offset', async () => {
  const topic = 'huleedu.notification.teacher.requested.v1'
  assert.deepEqual(await router.publish(notification('ann'), { topic }), { topic, partition: 0, offset: 0 })
  assert.deepEqual(await router.publish(notification('ann'), { topic }), { topic, partition: 0, offset: 1 })
})

test('the same event twice is one notification', async () => {
  const socket = await connect(router, 'ann')
  await router.publish(notification('ann'), { eventId: 'e1' })
  await router.publish(notification('ann'), { eventId: 'e1' })
  await router.delivered()
  assert.equal(socket.received.length, 1)
  assert.equal(router.stats().records.repeated, 1)
})

test('a record may have no envelope, or be any string', async () => {
  const socket = await connect(router, 'ann')
  const sent = notification('ann')
  await router.publish(sent, { bare: true })
  await router.publish(JSON.stringify(sent))
  await router.delivered()
  assert.deepEqual(socket.received, [sent, sent])
})

test('a user who connects later receives what was missed, and delivered() waits for it', async () => {
  const sent = notification('ann')
  await router.publish(sent)
  await router.delivered()
  const socket = await connect(router, 'ann')
  await router.delivered()
  assert.deepEqual(socket.received, [sent])
})

test('delivered() resolves at once if nothing is pending, and resolves under constant traffic', async () => {
  await router.delivered()
  await connect(router, 'ann')
  let going = true
  const traffic = (async () => {
    while (going) await router.publish(notification('ann'))
  })()
  await router.publish(notification('ann'))
  await router.delivered()
  going = false
  await traffic
  await router.delivered()
  assert.ok(router.sent('ann').every((entry) => entry.answered))
})

test('a thousand deliveries one by one', async () => {
  const socket = await connect(router, 'ann')
  for (let i = 1; i <= 1000; ++i) {
    await router.publish(notification('ann'))
    await router.delivered()
    assert.equal(router.stats().messages.confirmations, i)
  }
  await until(() => socket.received.length === 1000)
  assert.equal(router.connections().length, 1)
})

test('sent() lists the messages of a user and of all users', async () => {
  const socket = await connect(router, 'ann')
  await connect(router, 'ben')
  const sent = notification('ann')
  await router.publish(sent)
  await router.publish(notification('ben'))
  await router.delivered()
  const [entry, ...more] = router.sent('ann')
  assert.equal(more.length, 0)
  assert.deepEqual(entry.notification, sent)
  assert.equal(entry.text, JSON.stringify(sent))
  assert.equal(entry.answered, true)
  assert.equal(entry.connectionId, router.connections().find(({ user }) => user === 'ann').connectionId)
  assert.equal(router.sent().length, 2)
  router.forgetSent()
  assert.deepEqual(router.sent(), [])
  socket.terminate()
})

test('sent() keeps the last 10,000 messages within 64 MiB', async () => {
  await connect(router, 'ann')
  for (let i = 0; i < 10_001; ++i) {
    await router.publish(notification('ann', { batch_id: `n${i}` }))
    if (i % 500 === 0) await router.delivered()
  }
  await router.delivered()
  const many = router.sent()
  assert.equal(many.length, 10_000)
  assert.equal(many[0].notification.batch_id, 'n1')

  router.forgetSent()
  const payload = { much: 'x'.repeat(1_000_000) }
  for (let i = 0; i < 70; ++i) {
    await router.publish(notification('ann', { payload, batch_id: `b${i}` }))
    await router.delivered()
  }
  const large = router.sent()
  const bytes = large.reduce((sum, { text }) => sum + text.length, 0)
  assert.ok(bytes <= 64 * 2 ** 20 && bytes > 63 * 2 ** 20, `${bytes} bytes`)
  assert.equal(large.at(-1).notification.batch_id, 'b69')
})

test('the router emits connections, deliveries, disconnections and dead letters', async () => {
  const told = []
  for (const name of ['connection', 'disconnection', 'delivery', 'deadLetter']) {
    router.on(name, (event) => told.push([name, event]))
  }
  const socket = await connect(router, 'ann')
  const sent = notification('ann')
  await router.publish(sent)
  await router.delivered()
  await router.publish('{"no":"notification"}')
  await router.delivered()
  socket.close(1000)
  await next(router, 'disconnection')
  const { connectionId } = told[0][1]
  assert.deepEqual(told, [
    ['connection', { user: 'ann', connectionId }],
    ['delivery', { user: 'ann', connectionId, text: JSON.stringify(sent) }],
    [
      'deadLetter',
      {
        reason: 'missing_field',
        code: 'VALIDATION_ERROR',
        topic: 'huleedu.teacher.notification.requested.v1',
        partition: 0,
        offset: 1,
        value: '{"no":"notification"}',
      },
    ],
    ['disconnection', { user: 'ann', connectionId, code: 1000 }],
  ])
})

test('an exception of a listener reaches uncaughtException, and the following events are emitted', async () => {
  const thrown = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => thrown.push(error.message))
  router.on('connection', () => {
    throw new Error('mine')
  })
  await Promise.all([connect(router, 'ann'), connect(router, 'ben')])
  await until(() => thrown.length === 2)
  process.removeAllListeners('uncaughtException')
  for (const listener of listeners) process.on('uncaughtException', listener)
  assert.deepEqual(thrown, ['mine', 'mine'])
  assert.equal(router.connections().length, 2)
})

test('disconnect() closes with the given code', async () => {
  const sockets = await Promise.all(['ann', 'ann', 'ben'].map((user) => connect(router, user)))
  assert.equal(router.disconnect('ann', 1008), 2)
  const { code, reason } = await sockets[0].closed
  assert.equal(code, 1008)
  assert.equal(reason.error_code, 'AUTHENTICATION_ERROR')
  assert.equal(router.disconnect('ben', 4321), 1)
  assert.equal((await sockets[2].closed).code, 4321)
  assert.equal(router.disconnect('nobody'), 0)
  await until(() => router.connections().length === 0)
  assert.throws(() => router.disconnect('ann', 1006), { code: 'VALIDATION_ERROR' })
})

test('tokens: lifetime, claims, and a refused one', async () => {
  const claims = JSON.parse(
    Buffer.from(router.token('ann', { expiresIn: 60, claims: { role: 'tester' } }).split('.')[1], 'base64url'),
  )
  assert.equal(claims.sub, 'ann')
  assert.equal(claims.role, 'tester')
  assert.equal(claims.exp - claims.iat, 60)
  const refused = await connect(router, 'ann', { claims: { iss: 'somebody else' } })
  assert.equal((await refused.closed).code, 1008)
  assert.throws(() => router.token(''), { code: 'VALIDATION_ERROR' })
  assert.throws(() => router.token('ann', { expiresIn: 1.5 }), { code: 'VALIDATION_ERROR' })
})

test('a token that is too long to be accepted is not minted', () => {
  const refused = { name: 'HermodError', code: 'VALIDATION_ERROR', message: /over 8 KiB/ }
  const claims = { x: 'x'.repeat(8e6) }
  assert.throws(() => router.token('ann', { claims }), refused)
  assert.throws(() => router.url('ann', { claims }), refused)
  assert.throws(() => router.token('a'.repeat(8e6)), refused)
})

test('pages, stats and metrics', async () => {
  await connect(router, 'ann')
  await router.publish(notification('ann'))
  await router.delivered()
  assert.equal(new URL(router.origin).port, String(router.port))
  assert.equal((await fetch(`${router.origin}/healthz/ready`)).status, 200)
  assert.match(router.metrics(), /^websocket_active_connections.* 1$/m)
  const stats = router.stats()
  assert.equal(stats.connections.active, 1)
  assert.equal(stats.messages.sent, 1)
  assert.equal(stats.records.routed, 1)
  await router.ready()
})

test('options are the settings of the service in camel case', async () => {
  assert.ok(optionNames.includes('websocketMaxConnectionsPerUser'))
  assert.ok(optionNames.includes('redisUrl'))
  const other = await createRouter({
    websocketMaxConnectionsPerUser: 1,
    enableMetrics: false,
    corsOrigins: ['https://a.example'],
    jwtSecretKey: 'k'.repeat(32),
    jwtIssuer: undefined,
  })
  try {
    await connect(other, 'ann')
    assert.equal((await (await connect(other, 'ann')).closed).code, 4000)
    assert.equal((await fetch(`${other.origin}/metrics`)).status, 404)
  } finally {
    await other.close()
  }
})

test('topics are parsed as the service parses them, in every notation', async () => {
  for (const kafkaTopics of [['one.v1', 'two.v1'], ' one.v1 , two.v1', '["one.v1", "two.v1"]']) {
    const other = await createRouter({ kafkaTopics })
    try {
      await connect(other, 'ann')
      assert.equal((await other.publish(notification('ann'))).topic, 'one.v1')
      assert.equal((await other.publish(notification('ann'), { topic: 'two.v1' })).topic, 'two.v1')
      await other.delivered()
      assert.equal(other.sent('ann').length, 2)
      await assert.rejects(other.publish(notification('ann'), { topic: ' two.v1' }), { code: 'VALIDATION_ERROR' })
    } finally {
      await other.close()
    }
  }
})

test('an invalid option is rejected by name, with a code', async () => {
  const refuse = (options, code, message) => assert.rejects(createRouter(options), { name: 'HermodError', code, message })
  await refuse({ websocketPrt: 1 }, 'CONFIGURATION_ERROR', /unknown option websocketPrt; did you mean websocketPort\?/)
  await refuse({ websocketPort: 'x' }, 'CONFIGURATION_ERROR', /^websocketPort is "x"/)
  await refuse({ websocketPort: () => 1 }, 'CONFIGURATION_ERROR', /^websocketPort must be/)
  await refuse({ websocketPort: router.port }, 'INITIALIZATION_FAILED', /cannot listen/)
  await refuse({ environment: 'production' }, 'CONFIGURATION_ERROR', /REDIS_URL/)
  await refuse({ corsOrigins: [Object.create(null)] }, 'CONFIGURATION_ERROR', /^corsOrigins must be/)
  await refuse({ kafkaConfig: { 'client.rack': Object.create(null) } }, 'CONFIGURATION_ERROR', /^kafkaConfig must be/)
  await refuse(null, 'CONFIGURATION_ERROR', /object/)
  await refuse({ jwtPublicKeyFile: '/nowhere', jwtAlgorithm: 'RS256' }, 'CONFIGURATION_ERROR', /nowhere/)
  await assert.rejects(router.publish(7), { code: 'VALIDATION_ERROR' })
  await assert.rejects(router.publish(notification('ann'), { topic: 'x' }), { code: 'VALIDATION_ERROR' })
})

test('every call after the close is rejected', async () => {
  await router.close()
  await router.close()
  await assert.rejects(router.publish(notification('ann')), { code: 'SERVICE_UNAVAILABLE' })
  await assert.rejects(router.delivered(), { code: 'SERVICE_UNAVAILABLE' })
  assert.throws(() => router.sent(), (error) => error instanceof HermodError && error instanceof Error)
  router.unref().ref()
})

test('pending calls are rejected at a close', async () => {
  router.faults.redisAway()
  await connect(router, 'ann')
  await router.publish(notification('ann'))
  const waiting = assert.rejects(router.delivered(), { code: 'SERVICE_UNAVAILABLE' })
  await router.close()
  await waiting
})

test('no event is emitted after the close has resolved', async () => {
  const socket = await connect(router, 'ann')
  const closed = next(router, 'disconnection')
  const late = []
  await router.close()
  await closed
  for (const name of ['connection', 'disconnection', 'log']) router.on(name, (event) => late.push(event))
  await socket.closed
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(late, [])
})

test('a drain tells clients when to reconnect, and a second close() ends it', async () => {
  const other = await createRouter({ drainSeconds: 60 })
  const socket = await connect(other, 'ann')
  const ended = other.close({ drain: true })
  await other.close()
  await ended
  const { code, reason } = await socket.closed
  assert.equal(code, 1001)
  assert.equal(typeof reason.retry_after_ms, 'number')
})

test('log listeners receive the log lines', async () => {
  const other = await createRouter({ logLevel: 'debug' })
  const lines = []
  other.on('log', (line) => lines.push(line))
  await connect(other, 'ann')
  await until(() => lines.some(({ message, user }) => message === 'a client connected' && user === 'ann'))
  await other.close()
})

for (const listen of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']) {
  test(`${listen}() receives deliveries and log lines, also after removeAllListeners()`, async () => {
    const other = await createRouter({ logLevel: 'debug' })
    const heard = new Set()
    other.removeAllListeners()
    for (const name of ['delivery', 'log']) other[listen](name, () => heard.add(name))
    await connect(other, 'ann')
    await other.publish(notification('ann'))
    await other.delivered()
    await until(() => heard.size === 2)
    other.removeAllListeners()
    assert.deepEqual(other.eventNames(), [])
    await other.close()
  })
}

test('asyncDispose closes a router if Node supports it', { skip: Symbol.asyncDispose === undefined }, async () => {
  const other = await createRouter()
  await other[Symbol.asyncDispose]()
  assert.throws(() => other.connections(), { code: 'SERVICE_UNAVAILABLE' })
})
