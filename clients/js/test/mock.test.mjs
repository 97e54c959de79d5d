import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MockHermod } from 'hermod-client/mock'

test('a mock drives the interface of a client', async () => {
  const mock = new MockHermod()
  const client = mock.connect({ url: '/ws', token: () => '' })
  const events = []
  for (const name of ['state', 'notification', 'seen', 'dropped', 'error']) client.on(name, (event) => events.push([name, event]))
  const first = client[Symbol.asyncIterator]().next()
  assert.equal(client.state.state, 'connecting')
  mock.open()
  const id = mock.receive({ notification_type: 'batch_ready' })
  mock.seenElsewhere({ ids: [id] })
  mock.drop(3)
  mock.fail(new Error('no session'))
  mock.enter({ state: 'waiting', retryInMs: 5, code: 1006 })
  assert.equal(client.state.retryInMs, 5)
  assert.deepEqual(events.map(([name]) => name), ['state', 'notification', 'seen', 'dropped', 'error', 'state'])
  assert.equal((await first).value.notification.notification_type, 'batch_ready')
  assert.equal((await first).value.id, '1-0')
})

test('a mock records marks and options, and ends for good', async () => {
  const mock = new MockHermod()
  mock.connect({ url: '/ws', token: () => '' })
  assert.equal(mock.options.url, '/ws')
  mock.seen('1-0')
  mock.seen(['2-0', '3-0'])
  mock.seen({ upTo: '9-0' })
  assert.deepEqual(mock.marked, ['1-0', '2-0', '3-0', { upTo: '9-0' }])
  mock.close()
  mock.open()
  assert.deepEqual(mock.state, { transport: 'websocket', state: 'stopped', reason: 'closed', code: 1000 })
  for await (const _ of mock) assert.fail('it is stopped')
})

test('a mock may receive an external message and a replay', () => {
  const mock = new MockHermod()
  const got = []
  mock.on('notification', (one) => got.push(one))
  mock.receive({ payload: { text: 'x' } }, { id: null })
  mock.receive({}, { id: '7-0', replayed: true, seen: true })
  assert.deepEqual(got.map(({ id, replayed, seen }) => [id, replayed, seen]), [[null, false, false], ['7-0', true, true]])
  assert.equal(got[0].notification.payload.text, 'x')
})
