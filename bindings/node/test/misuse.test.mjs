// An invalid call throws a HermodError that names the invalid argument, and has no effect.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { afterEach, beforeEach, test } from 'node:test'
import { createRouter } from 'hermod'
import { notification } from './support/kit.mjs'

let router
beforeEach(async () => {
  router = await createRouter()
})
afterEach(() => router.close())

const wrong = (message) => ({ name: 'HermodError', code: 'VALIDATION_ERROR', message })

const circular = {}
circular.self = circular
const UNWRITABLE = { circular, 'a BigInt': { n: 1n }, 'a toJSON() without a value': { toJSON() {} } }

for (const [what, value] of Object.entries(UNWRITABLE)) {
  test(`${what} cannot be written as JSON`, async () => {
    await assert.rejects(router.publish(value), wrong(/^the notification cannot be written as JSON/))
    await assert.rejects(router.publish(value, { bare: true }), wrong(/^the notification cannot/))
    assert.throws(() => router.token('ann', { claims: value }), wrong(/^claims cannot be written as JSON/))
    assert.throws(() => router.url('ann', { claims: value }), wrong(/^claims cannot/))
  })
}

test('a notification with a teacher_id of another type is published anyway', async () => {
  for (const teacher_id of [5, null, Object.create(null)]) await router.publish(notification('ann', { teacher_id }))
  await router.delivered()
  assert.equal(Object.values(router.stats().records.deadLetters).reduce((sum, count) => sum + count, 0), 3)
})

test('null counts as unset, for all options and for each of them', async () => {
  await router.publish(notification('ann'), null)
  await router.publish(notification('ann'), { eventId: null, topic: null, key: null, bare: null })
  await router.delivered(null)
  await router.delivered({ timeout: null })
  await router.ready(null)
  assert.equal(router.stats().records.routed, 2)
  assert.match(router.url('ann', null), /notifications\?token=/)
  assert.equal(router.token('ann', null).split('.').length, 3)
  assert.equal(router.token('ann', { expiresIn: null, claims: null }).split('.').length, 3)
  await router.close(null)
})

test('options must be an object', async () => {
  for (const options of [5, 'x', true, () => {}]) {
    await assert.rejects(router.publish(notification('ann'), options), wrong(/^publish: options must be an object$/))
    await assert.rejects(router.delivered(options), wrong(/^delivered: options must/))
    await assert.rejects(router.ready(options), wrong(/^ready: options must/))
    await assert.rejects(router.close(options), wrong(/^close: options must/))
    assert.throws(() => router.url('ann', options), wrong(/^url: options must/))
    assert.throws(() => router.token('ann', options), wrong(/^token: options must/))
  }
  assert.equal(router.stats().records.received, 0)
})

test('a string argument must be a non-empty string', async () => {
  for (const value of [5, '', {}, Object.create(null), Symbol('x')]) {
    for (const option of ['key', 'eventId', 'topic']) {
      const refused = wrong(`${option} must be a non-empty string`)
      await assert.rejects(router.publish(notification('ann'), { [option]: value }), refused)
    }
    assert.throws(() => router.url('ann', { path: value }), wrong(/^path must be/))
    assert.throws(() => router.disconnect('ann', 1001, value), wrong(/^message must be/))
    assert.throws(() => router.disconnect('ann', value), wrong(/^code must be a close code/))
    assert.throws(() => router.sent(value), wrong(/^user must be/))
  }
  for (const value of [undefined, null, 5, '']) {
    assert.throws(() => router.faults.slowClient(value), wrong(/^user must be/))
    assert.throws(() => router.faults.quickClient(value), wrong(/^user must be/))
    assert.throws(() => router.disconnect(value), wrong(/^user must be/))
    assert.throws(() => router.token(value), wrong(/^user must be/))
  }
  assert.throws(() => router.sent(null), wrong(/^user must be/))
})

// 1e300 is an integer for JavaScript (Number.isInteger), but out of range for every argument.
const NUMBERS = [NaN, Infinity, -Infinity, -1, 1.5, 1e300, -1e300, 2 ** 53, 2 ** 63, 2 ** 64, '5', 5n, null, undefined, {}]

test('a number out of range is rejected by the name of its argument', () => {
  for (const value of NUMBERS) {
    const what = `${String(value)} (${typeof value})`
    assert.throws(
      () => router.faults.clock.advance(value),
      wrong('advance must be a whole number of milliseconds from 0 to 3155760000000'),
      what,
    )
    assert.throws(() => router.disconnect('ann', value ?? 'none'), wrong(/^code must be a close code/), what)
    if (value === null || value === undefined) continue
    const lifetime = wrong('expiresIn must be a whole number of seconds from 0 to 4294967295')
    assert.throws(() => router.token('ann', { expiresIn: value }), lifetime, what)
    assert.throws(() => router.url('ann', { expiresIn: value }), lifetime, what)
  }
  assert.throws(() => router.token('ann', { expiresIn: 2 ** 32 }), wrong(/^expiresIn must be/))
  assert.throws(() => router.disconnect('ann', 65_536 + 1000), wrong(/^code must be a close code/))
})

test('the clock moves by at most a hundred years in total', async () => {
  router.faults.clock.advance(3_155_759_999_999)
  router.faults.clock.advance(1)
  assert.throws(() => router.faults.clock.advance(1), wrong(/milliseconds in total$/))
  router.faults.clock.advance(0)
  await router.publish(notification('ann'))
  await router.delivered()
})

// Calls the addon without the JavaScript side.
test('the addon validates its numbers, too', async () => {
  const { native } = createRequire(import.meta.url)('../lib/native.js')
  let end
  const ended = new Promise((resolve) => {
    end = resolve
  })
  const bare = new native.Router((what) => what === 'answer' && end())
  bare.start(['websocketPort'], ['0'])
  const refused = (name) => ({ code: 'VALIDATION_ERROR', message: new RegExp(`^${name} must be a whole number from `) })
  for (const value of NUMBERS) {
    assert.throws(() => bare.advanceClock(value), refused('advance'))
    assert.throws(() => bare.token('ann', value, ''), refused('expiresIn'))
    assert.throws(() => bare.disconnect('ann', value, 'x'), refused('code'))
    assert.throws(() => bare.publish(1, value, '', '{}'), refused('topic'))
  }
  assert.throws(() => bare.disconnect('ann', 999, 'x'), refused('code'))
  assert.throws(() => native.Router.prototype.start.call({}, [], []), Error)
  assert.throws(() => native.Router.prototype.ready.call({}), Error)
  assert.throws(() => new native.Router(5), Error)
  bare.close(2, false)
  await ended
})

test('a timeout must be within the range of a timer', async () => {
  for (const timeout of [Infinity, NaN, -1, 2 ** 31, '5', 5n]) {
    const refused = wrong('timeout must be a number of milliseconds from 0 to 2147483647')
    await assert.rejects(router.delivered({ timeout }), refused)
    await assert.rejects(router.ready({ timeout }), wrong(/^timeout must be/))
  }
  router.faults.redisAway()
  await router.publish(notification('ann'))
  await assert.rejects(router.delivered({ timeout: 0 }), { code: 'TIMEOUT' })
  let settled = false
  const longest = router.delivered({ timeout: 2 ** 31 - 1 }).finally(() => {
    settled = true
  })
  await assert.rejects(router.delivered({ timeout: 20 }), { code: 'TIMEOUT' })
  assert.equal(settled, false)
  router.faults.redisBack()
  await longest
})
