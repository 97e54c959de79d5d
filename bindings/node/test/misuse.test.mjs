// What cannot be meant is refused by a HermodError that says what is wrong, and never done halfway.
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
  test(`${what} is no JSON`, async () => {
    await assert.rejects(router.publish(value), wrong(/^the notification cannot be written as JSON/))
    await assert.rejects(router.publish(value, { bare: true }), wrong(/^the notification cannot/))
    assert.throws(() => router.token('ann', { claims: value }), wrong(/^claims cannot be written as JSON/))
    assert.throws(() => router.url('ann', { claims: value }), wrong(/^claims cannot/))
  })
}

test('a notification whose parts have no text is published all the same', async () => {
  for (const teacher_id of [5, null, Object.create(null)]) await router.publish(notification('ann', { teacher_id }))
  await router.delivered()
  assert.equal(Object.values(router.stats().records.deadLetters).reduce((sum, count) => sum + count, 0), 3)
})

test('null is no options, and no option', async () => {
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

test('options are an object', async () => {
  for (const options of [5, 'x', true, () => {}]) {
    await assert.rejects(router.publish(notification('ann'), options), wrong(/^publish takes an object of options$/))
    await assert.rejects(router.delivered(options), wrong(/^delivered takes/))
    await assert.rejects(router.ready(options), wrong(/^ready takes/))
    await assert.rejects(router.close(options), wrong(/^close takes/))
    assert.throws(() => router.url('ann', options), wrong(/^url takes/))
    assert.throws(() => router.token('ann', options), wrong(/^token takes/))
  }
  assert.equal(router.stats().records.received, 0)
})

test('texts are texts that are not empty', async () => {
  for (const value of [5, '', {}, Object.create(null), Symbol('x')]) {
    for (const option of ['key', 'eventId', 'topic']) {
      const refused = wrong(`${option} takes a text that is not empty`)
      await assert.rejects(router.publish(notification('ann'), { [option]: value }), refused)
    }
    assert.throws(() => router.url('ann', { path: value }), wrong(/^path takes/))
    assert.throws(() => router.disconnect('ann', 1001, value), wrong(/^message takes/))
    assert.throws(() => router.disconnect('ann', value), wrong(/is no close code/))
    assert.throws(() => router.sent(value), wrong(/^user takes/))
  }
  for (const value of [undefined, null, 5, '']) {
    assert.throws(() => router.faults.slowClient(value), wrong(/^user takes/))
    assert.throws(() => router.faults.quickClient(value), wrong(/^user takes/))
    assert.throws(() => router.disconnect(value), wrong(/^user takes/))
    assert.throws(() => router.token(value), wrong(/^user takes/))
  }
  assert.throws(() => router.sent(null), wrong(/^user takes/))
})

// 1e300 is a whole number for JavaScript, and no number of milliseconds.
const NUMBERS = [NaN, Infinity, -Infinity, -1, 1.5, 1e300, -1e300, 2 ** 53, 2 ** 63, 2 ** 64, '5', 5n, null, undefined, {}]

test('a number is within its range, and keeps its name in the error', () => {
  for (const value of NUMBERS) {
    const what = `${String(value)} (${typeof value})`
    assert.throws(
      () => router.faults.clock.advance(value),
      wrong('advance takes a whole number of milliseconds, 0 to 3155760000000'),
      what,
    )
    assert.throws(() => router.disconnect('ann', value ?? 'none'), wrong(/is no close code/), what)
    if (value === null || value === undefined) continue
    const lifetime = wrong('expiresIn takes a whole number of seconds, 0 to 4294967295')
    assert.throws(() => router.token('ann', { expiresIn: value }), lifetime, what)
    assert.throws(() => router.url('ann', { expiresIn: value }), lifetime, what)
  }
  assert.throws(() => router.token('ann', { expiresIn: 2 ** 32 }), wrong(/^expiresIn takes/))
  assert.throws(() => router.disconnect('ann', 65_536 + 1000), wrong(/is no close code/))
})

test('the clock moves a hundred years at most in all', async () => {
  router.faults.clock.advance(3_155_759_999_999)
  router.faults.clock.advance(1)
  assert.throws(() => router.faults.clock.advance(1), wrong(/in all calls together$/))
  router.faults.clock.advance(0)
  await router.publish(notification('ann'))
  await router.delivered()
})

// The addon itself, without the JavaScript side in front of it.
test('the addon judges its numbers too', async () => {
  const { native } = createRequire(import.meta.url)('../lib/native.js')
  let end
  const ended = new Promise((resolve) => {
    end = resolve
  })
  const bare = new native.Router((what) => what === 'answer' && end())
  bare.start(['websocketPort'], ['0'])
  const refused = (name) => ({ code: 'VALIDATION_ERROR', message: new RegExp(`^${name} takes a whole number from `) })
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

test('a wait has an end that a timer can keep', async () => {
  for (const timeout of [Infinity, NaN, -1, 2 ** 31, '5', 5n]) {
    await assert.rejects(router.delivered({ timeout }), wrong('timeout takes milliseconds, 0 to 2147483647'))
    await assert.rejects(router.ready({ timeout }), wrong(/^timeout takes/))
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
