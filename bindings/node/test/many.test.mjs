// Many routers: side by side, in workers, and one after the other.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { createRouter } from 'hermod'
import WebSocket from 'ws'
import { connect, notification } from './support/kit.mjs'

const CYCLES = fileURLToPath(new URL('children/cycles.mjs', import.meta.url))
const WORKER = fileURLToPath(new URL('children/worker.cjs', import.meta.url))

test('fifty routers in one process are isolated from each other', async () => {
  const routers = await Promise.all(Array.from({ length: 50 }, () => createRouter()))
  const sockets = await Promise.all(routers.map((router) => connect(router, 'ann')))
  await Promise.all(routers.map((router, i) => router.publish(notification('ann', { class_id: `c${i}` }))))
  await Promise.all(routers.map((router) => router.delivered()))
  assert.deepEqual(
    sockets.map(({ received }) => received.map(({ class_id }) => class_id)),
    routers.map((_, i) => [`c${i}`]),
  )
  assert.equal(new Set(routers.map(({ port }) => port)).size, 50)
  // Each router generates its own key, so another router rejects its tokens.
  const stranger = new WebSocket(routers[0].url() + `?token=${routers[1].token('ann')}`)
  assert.equal((await once(stranger, 'close'))[0], 1008)
  await Promise.all(routers.map((router) => router.close()))
})

test('routers in workers, all at once', async () => {
  const workers = Array.from({ length: 4 }, () => new Worker(WORKER, { workerData: 'close' }))
  const codes = await Promise.all(workers.map(async (worker) => (await once(worker, 'exit'))[0]))
  assert.deepEqual(codes, [0, 0, 0, 0])
})

async function cycles(count, kind) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', CYCLES, String(count), kind])
  const { half, end } = JSON.parse(stdout)
  assert.equal(end.descriptors, half.descriptors)
  assert.ok(end.heapBytes - half.heapBytes < 500_000, stdout)
  return { rssGrowth: end.rssBytes - half.rssBytes, stdout }
}

// The memory of the process settles after about two thousand routers; after that, each may grow it by 1 kB.
test('creating and closing four thousand routers leaks nothing', async () => {
  const { rssGrowth, stdout } = await cycles(4000, 'bare')
  assert.ok(rssGrowth < 2000 * 1000, stdout)
})

// The WebSocket client itself grows the process by 11 kB per connection at first, with any server.
test('creating, using and closing routers leaks nothing', async () => {
  const { rssGrowth, stdout } = await cycles(600, 'used')
  assert.ok(rssGrowth < 300 * 30_000, stdout)
})
