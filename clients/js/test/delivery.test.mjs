import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from './support/server.mjs'
import { until, watch } from './support/watch.mjs'

async function serve(t, settings) {
  const server = await startServer(settings)
  t.after(() => server.stop())
  return server
}

test('everything arrives once and in order over many cut connections', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { device: 'laptop' })
  await one.state('open')
  const sent = []
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 10; i++) sent.push(server.publish('ann', { i }))
    server.cutAll()
    for (let i = 0; i < 5; i++) sent.push(server.publish('ann', { i }))
    await one.state('open', round + 2)
  }
  await until(() => one.ids().length >= sent.length)
  assert.deepEqual(one.ids(), sent)
  assert.deepEqual(one.illegal, [])
})

test('a repeat after a lost acknowledgement is filtered, and its mark is delivered', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  for (const link of server.links) link.neverAcked = true
  const id = server.publish('ann', {})
  await until(() => one.ids().length === 1)
  server.user('ann').seen.add(id)
  server.cutAll()
  await until(() => one.marks.length === 1)
  const later = server.publish('ann', {})
  await until(() => one.ids().length === 2)
  assert.deepEqual(one.ids(), [id, later])
  assert.deepEqual(one.marks, [{ ids: [id] }])
})

test('messages without an id are never filtered', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  for (let i = 0; i < 3; i++) server.publishExternal('ann', { same: true })
  await until(() => one.notifications.length === 3)
  assert.deepEqual(one.ids(), [null, null, null])
})

test('dropped notifications are announced', async (t) => {
  const server = await serve(t, { droppedCount: 7 })
  const one = watch(t, server)
  await until(() => one.dropped.length)
  assert.deepEqual(one.dropped, [{ count: 7 }])
})

test('two devices each get everything, and what is seen on one is seen on the other', async (t) => {
  const server = await serve(t)
  const laptop = watch(t, server, { device: 'laptop' })
  const phone = watch(t, server, { device: 'phone' })
  await laptop.state('open')
  await phone.state('open')
  const ids = [1, 2, 3].map((i) => server.publish('ann', { i }))
  await until(() => laptop.ids().length === 3 && phone.ids().length === 3)
  laptop.client.seen(ids[0])
  laptop.client.seen(ids.slice(1, 2))
  laptop.client.seen({ upTo: ids[2] })
  await until(() => phone.marks.length === 3)
  assert.deepEqual(phone.marks, [{ ids: [ids[0]] }, { ids: [ids[1]] }, { upTo: ids[2] }])
  assert.deepEqual(laptop.marks, [], 'a mark is not returned to its sender')
})

test('a device that was offline gets what was seen meanwhile as seen', async (t) => {
  const server = await serve(t)
  const phone = watch(t, server, { device: 'phone' })
  await phone.state('open')
  phone.client.close()
  await until(() => server.links.size === 0)
  const [one, two] = [server.publish('ann', {}), server.publish('ann', {})]
  server.user('ann').seen.add(one)
  const again = watch(t, server, { device: 'phone' })
  await until(() => again.notifications.length === 2)
  assert.deepEqual(again.notifications.map(({ id, seen, replayed }) => [id, seen, replayed]), [[one, true, true], [two, false, true]])
})

test('marks without a connection are sent later, in as few frames as possible', async (t) => {
  const server = await serve(t, { upgrade: 'cut', sse: false })
  const ids = Array.from({ length: 600 }, () => server.publish('ann', {}))
  const one = watch(t, server)
  for (const id of ids) one.client.seen(id)
  one.client.seen({ upTo: ids[3] })
  server.upgrade = null
  await until(() => server.user('ann').seen.size === 600)
  const sent = server.received.filter(({ type }) => type === 'seen').map((frame) => frame.ids?.length ?? frame.up_to)
  assert.deepEqual(sent, [256, 256, 88, ids[3]])
})

test('marks that a dying connection swallowed are sent again', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  const id = server.publish('ann', {})
  await until(() => one.ids().length)
  for (const link of server.links) link.isFrozen = true
  one.client.seen(id)
  await new Promise((done) => setTimeout(done, 30))
  assert.equal(server.user('ann').seen.size, 0)
  server.cutAll()
  await until(() => server.user('ann').seen.has(id))
})

test('marks that hermod has are not sent again', async (t) => {
  const server = await serve(t)
  const one = watch(t, server, { timing: { checkMs: 50 } })
  await one.state('open')
  const id = server.publish('ann', {})
  await until(() => one.ids().length)
  one.client.seen(id)
  await until(() => server.received.some(({ type }) => type === 'authenticate'))
  await new Promise((done) => setTimeout(done, 30))
  server.received.length = 0
  server.cutAll()
  await one.state('open', 2)
  await new Promise((done) => setTimeout(done, 30))
  assert.deepEqual(server.received.filter(({ type }) => type === 'seen'), [])
})

test('an iteration gives the notifications, and ends when the client stops', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  const read = (async () => {
    const ids = []
    for await (const { id } of one.client) ids.push(id)
    return ids
  })()
  await one.state('open')
  const sent = [1, 2, 3].map(() => server.publish('ann', {}))
  await until(() => one.ids().length === 3)
  one.client.close()
  assert.deepEqual(await read, sent)
  for await (const _ of one.client) assert.fail('a stopped client has no notifications')
})

test('an iteration that is left holds nothing', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  await one.state('open')
  const reading = (async () => {
    for await (const { id } of one.client) return id
  })()
  const id = server.publish('ann', {})
  assert.equal(await reading, id)
})

test('an iteration that is read too slowly drops the oldest and announces it', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  const slow = one.client[Symbol.asyncIterator]()
  await one.state('open')
  for (let i = 0; i < 1003; i++) server.publish('ann', { i })
  await until(() => one.ids().length === 1003)
  assert.equal(one.dropped.length, 3)
  assert.equal((await slow.next()).value.id, '4-0')
})

test('a listener that throws disturbs neither the client nor other listeners', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  const uncaught = []
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => uncaught.push(error.message))
  t.after(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of before) process.on('uncaughtException', listener)
  })
  one.client.on('notification', () => {
    throw new Error('a fault of the page')
  })
  let later = 0
  one.client.on('notification', () => later++)
  await one.state('open')
  server.publish('ann', {})
  server.publish('ann', {})
  await until(() => later === 2 && uncaught.length === 2)
  assert.deepEqual(uncaught, ['a fault of the page', 'a fault of the page'])
})

test('a subscription ends, and only this one', async (t) => {
  const server = await serve(t)
  const one = watch(t, server)
  let calls = 0
  const listener = () => calls++
  const off = one.client.on('notification', listener)
  one.client.on('notification', listener)
  await one.state('open')
  off()
  off()
  server.publish('ann', {})
  await until(() => one.ids().length === 1)
  assert.equal(calls, 1)
})

test('the plain protocol delivers notifications without ids', async (t) => {
  const server = await serve(t, { plainOnly: true })
  const one = watch(t, server, { timing: { checkMs: 50 } })
  await one.state('open')
  server.publish('ann', { text: 'hello' })
  one.client.seen('1-0')
  await until(() => one.notifications.length === 1)
  assert.deepEqual({ ...one.notifications[0], notification: one.notifications[0].notification.payload }, { id: null, replayed: false, seen: false, notification: { text: 'hello' } })
  await until(() => server.received.length === 1)
  assert.equal(server.received[0].type, 'authenticate')
  await new Promise((done) => setTimeout(done, 50))
  assert.equal(one.notifications.length, 1, 'the answer to a token is not a notification')
})
