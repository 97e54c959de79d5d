// What cannot be meant is refused by a HermodError that says what is wrong, and never done halfway.
import assert from 'node:assert/strict'
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
