// Helpers shared by the tests.
import WebSocket from 'ws'

let serial = 0

export function notification(user, more = {}) {
  return {
    teacher_id: user,
    notification_type: 'class_created',
    category: 'class_management',
    priority: 'standard',
    payload: { class_id: 'c1', serial: ++serial },
    correlation_id: `test-${serial}`,
    ...more,
  }
}

// Resolves to an open socket; `received` has the parsed messages, and `closed` resolves when it is closed.
export async function connect(router, user, options) {
  const socket = new WebSocket(router.url(user, options))
  socket.received = []
  socket.on('message', (text) => socket.received.push(JSON.parse(text)))
  socket.closed = new Promise((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.length ? JSON.parse(reason) : undefined }))
  })
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return socket
}

export function next(emitter, event) {
  return new Promise((resolve) => {
    emitter.once(event, resolve)
  })
}

// Resolves when the condition is true; it is checked every millisecond.
export async function until(condition, what = String(condition)) {
  const { setTimeout } = globalThis
  const end = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still false after 10 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
