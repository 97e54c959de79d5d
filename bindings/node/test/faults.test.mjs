import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createRouter } from 'hermod'
import { connect, next, notification, until } from './support/kit.mjs'

const HOUR_MS = 3_600_000

let router
beforeEach(async () => {
  router = await createRouter()
})
afterEach(() => router.close())

test('records wait while Redis is unavailable, and arrive in order afterwards', async () => {
  const socket = await connect(router, 'ann')
  router.faults.redisAway()
  const sent = [notification('ann'), notification('ann')]
  for (const one of sent) await router.publish(one)
  await assert.rejects(router.delivered({ timeout: 20 }), {
    code: 'TIMEOUT',
    message: /2 records are not routed yet: the bus is unavailable/,
  })
  assert.equal((await fetch(`${router.origin}/healthz/ready`)).status, 503)
  router.faults.redisBack()
  await router.delivered()
  assert.deepEqual(socket.received, sent)
})

test('a long outage sends a notice to users and an event to the test', async () => {
  const socket = await connect(router, 'ann')
  await router.delivered()
  router.faults.redisAway()
  await until(async () => (await fetch(`${router.origin}/healthz/redis`)).status === 503)
  const degraded = next(router, 'degraded')
  router.faults.clock.advance(2000)
  await degraded
  const restored = next(router, 'restored')
  router.faults.redisBack()
  await restored
  await until(() => socket.received.length === 2)
  assert.deepEqual(
    socket.received.map(({ notification_type }) => notification_type),
    ['service_degraded', 'service_restored'],
  )
})

test('a Redis that restarts empty does not detect a duplicate event', async () => {
  const socket = await connect(router, 'ann')
  await router.publish(notification('ann'), { eventId: 'e1' })
  await router.delivered()
  router.faults.redisForgets()
  await router.publish(notification('ann'), { eventId: 'e1' })
  await router.delivered()
  assert.equal(socket.received.length, 2)
})

test('a client that accepts no data is closed with 1013 when its outbox is full', async () => {
  const other = await createRouter({ outboxMessagesMax: 3 })
  const socket = await connect(other, 'ann')
  await other.delivered()
  other.faults.slowClient('ann')
  await other.publish(notification('ann'))
  await assert.rejects(other.delivered({ timeout: 20 }), { code: 'TIMEOUT', message: /connection of ann/ })
  assert.equal(other.connections()[0].waitingMessages, 1)
  for (let i = 0; i < 3; ++i) await other.publish(notification('ann'))
  assert.equal((await socket.closed).code, 1013)
  await other.close()
})

test('a slow client receives the waiting messages when it reads again', async () => {
  const socket = await connect(router, 'ann')
  await router.delivered()
  router.faults.slowClient('ann')
  await router.publish(notification('ann'))
  router.faults.quickClient('ann')
  await router.delivered()
  assert.equal(socket.received.length, 1)
})

test('a token expires by the clock of the router', async () => {
  const socket = await connect(router, 'ann', { expiresIn: 120 })
  router.faults.clock.advance(119_000)
  await router.delivered()
  assert.equal(socket.readyState, 1)
  router.faults.clock.advance(1500)
  const { code, reason } = await socket.closed
  assert.equal(code, 1008)
  assert.equal(reason.error_code, 'AUTHENTICATION_ERROR')
})

test('an event id is not a duplicate after idempotencyTtlSeconds', async () => {
  await router.publish(notification('ann'), { eventId: 'e1' })
  await router.delivered()
  router.faults.clock.advance(25 * HOUR_MS)
  await router.publish(notification('ann'), { eventId: 'e1' })
  await router.delivered()
  assert.equal(router.stats().records.routed, 2)
})

test('messages older than notificationTtlSeconds are not replayed', async () => {
  await router.publish(notification('ann'))
  await router.delivered()
  router.faults.clock.advance(301_000)
  const socket = await connect(router, 'ann')
  await router.delivered()
  assert.deepEqual(socket.received.filter(({ notification_type }) => notification_type === 'class_created'), [])
})

test('the clock only moves forward', () => {
  assert.throws(() => router.faults.clock.advance(-1), { code: 'VALIDATION_ERROR' })
})
