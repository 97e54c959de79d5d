// Observes a client: what it reports, and conditions over it.
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { connect } from 'hermod-client'

export const PATIENCE_MS = 10_000

/** Returns the first true value of `condition`; fails if there is none for a long time. */
export async function until(condition, what = condition.toString(), patienceMs = PATIENCE_MS) {
  const end = performance.now() + patienceMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > end) throw new Error(`still false: ${what}`)
    await pause(5)
  }
}

const ALLOWED = {
  connecting: ['open', 'waiting', 'stopped'],
  open: ['open', 'degraded', 'waiting', 'stopped'],
  degraded: ['open', 'degraded', 'waiting', 'stopped'],
  waiting: ['connecting', 'stopped'],
  stopped: [],
}

export const FAST = { retryMinMs: 20, retryMaxMs: 200, answerMs: 3000, acknowledgeMs: 10 }

/** Connects to `server` and records everything. Each change of state is compared with the documented state machine. */
export function watch(t, server, options = {}) {
  const seen = { states: [], notifications: [], marks: [], dropped: [], errors: [], illegal: [] }
  const { timing, ...more } = options
  const client = connect({ url: server.url, token: () => server.token(), WebSocket, timing: { ...FAST, ...timing }, ...more })
  let before = client.state.state
  client.on('state', (state) => {
    const isFirst = seen.states.length === 0 && state.state === 'connecting'
    if (!isFirst && !ALLOWED[before].includes(state.state)) seen.illegal.push(`${before} -> ${state.state}`)
    before = state.state
    seen.states.push({ ...state, at: performance.now() })
  })
  client.on('notification', (one) => seen.notifications.push(one))
  client.on('seen', (one) => seen.marks.push(one))
  client.on('dropped', (one) => seen.dropped.push(one))
  client.on('error', (one) => seen.errors.push(one))
  t.after(() => client.close())
  const names = () => seen.states.map(({ state }) => state)
  return {
    client,
    ...seen,
    names,
    ids: () => seen.notifications.map(({ id }) => id),
    /** The state `name`, when it is entered for the `times`-th time. */
    state: (name, times = 1) => until(() => seen.states.filter(({ state }) => state === name)[times - 1], `${times} times ${name}`),
    last: () => seen.states.at(-1),
  }
}
