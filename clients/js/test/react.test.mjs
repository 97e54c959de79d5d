import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { createElement, StrictMode } from 'react'
import { act, create } from 'react-test-renderer'
import { WebSocket } from 'ws'
import { MockHermod } from 'hermod-client/mock'
import { useHermod } from 'hermod-client/react'
import { startServer } from './support/server.mjs'
import { FAST, PATIENCE_MS, until } from './support/watch.mjs'

globalThis.IS_REACT_ACT_ENVIRONMENT = true
const error = console.error
console.error = (text, ...rest) => String(text).includes('deprecated') || error(text, ...rest)
let mounted

/** Lets React render until the condition is true. */
async function rendered(condition) {
  const end = performance.now() + PATIENCE_MS
  while (!condition()) {
    assert.ok(performance.now() < end, `still false: ${condition}`)
    await act(() => new Promise((done) => setTimeout(done, 10)))
  }
}

afterEach(() => act(() => mounted.unmount()))

function mount(source, options, wrapper) {
  const shown = {}
  const Inbox = (properties) => {
    Object.assign(shown, useHermod(properties.source, options))
    return null
  }
  const element = (now) => (wrapper ? createElement(wrapper, null, createElement(Inbox, { source: now })) : createElement(Inbox, { source: now }))
  act(() => void (mounted = create(element(source))))
  return { shown, update: (now) => act(() => mounted.update(element(now))) }
}

test('the hook shows states, notifications and marks', () => {
  const mock = new MockHermod()
  const { shown } = mount(mock, { limit: 2 })
  assert.equal(shown.state.state, 'connecting')
  act(() => mock.open())
  assert.equal(shown.state.state, 'open')
  act(() => [1, 2, 3].forEach((i) => mock.receive({ payload: { i } })))
  assert.deepEqual(shown.notifications.map(({ id }) => id), ['2-0', '3-0'])
  assert.equal(shown.unseen, 2)
  act(() => mock.seenElsewhere({ ids: ['2-0'] }))
  assert.equal(shown.unseen, 1)
  act(() => shown.seen('3-0'))
  assert.equal(shown.unseen, 0)
  assert.deepEqual(mock.marked, ['3-0'])
  act(() => mock.drop(4))
  assert.equal(shown.dropped, 4)
})

test('up_to marks all that are not newer, by number', () => {
  const mock = new MockHermod()
  const { shown } = mount(mock)
  act(() => ['9-1', '9-10', '10-2'].forEach((id) => mock.receive({}, { id })))
  act(() => mock.receive({}, { id: null }))
  act(() => mock.seenElsewhere({ upTo: '9-10' }))
  assert.deepEqual(shown.notifications.map(({ seen }) => seen), [true, true, false, false])
})

test('a client of the caller is not closed', () => {
  const mock = new MockHermod()
  mount(mock)
  act(() => mounted.update(null))
  assert.equal(mock.state.state, 'connecting')
})

test('with options it connects once, also in strict mode and over renderings, and closes at the end', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const options = () => ({ url: server.url, token: async () => server.token(), WebSocket, timing: FAST })
  const { shown, update } = mount(options(), {}, StrictMode)
  await rendered(() => shown.state?.state === 'open')
  update(options())
  update(options())
  server.publish('ann', {})
  await rendered(() => shown.notifications.length === 1)
  assert.equal(server.links.size, 1)
  act(() => mounted.unmount())
  await until(() => server.links.size === 0)
  assert.equal(server.lastCloseCode, 1000)
})

test('another device connects again', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const options = (device) => ({ url: server.url, token: () => server.token(), WebSocket, timing: FAST, device })
  const { shown, update } = mount(options('laptop'))
  await rendered(() => shown.state?.state === 'open')
  update(options('phone'))
  await rendered(() => [...server.links].map(({ device }) => device).join() === 'phone')
})
