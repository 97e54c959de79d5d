// Prints the measurements of README.md as JSON:  node --expose-gc test/measure.mjs [connections]
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createRouter } from 'hermod'
import { connect, notification } from './support/kit.mjs'

const connections = Number(process.argv[2] ?? 1000)
const figures = {}

function spread(times) {
  times.sort((a, b) => a - b)
  const at = (share) => Number(times[Math.floor((times.length - 1) * share)].toFixed(3))
  return { medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1), n: times.length }
}

async function repeat(count, measured) {
  const times = []
  for (let i = 0; i < count; ++i) times.push(await measured())
  return spread(times)
}

async function start() {
  const begun = performance.now()
  const router = await createRouter()
  const took = performance.now() - begun
  await router.close()
  return took
}

async function latency(router, socket) {
  if (socket.readyState !== 1) throw new Error('the client is disconnected')
  const arrived = new Promise((resolve) => {
    socket.once('message', () => resolve(performance.now()))
  })
  const begun = performance.now()
  router.publish(notification('ann'))
  return (await arrived) - begun
}

// The delay of Node's own timers while `work` runs, and at least for `ms` milliseconds.
async function eventLoopDelay(router, ms, work) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const end = performance.now() + ms
  await work?.()
  while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 1))
  delay.disable()
  const ms_ = (ns) => Number((ns / 1e6).toFixed(2))
  return { p50Ms: ms_(delay.percentile(50)), p99Ms: ms_(delay.percentile(99)), maxMs: ms_(delay.max) }
}

const firstBegun = performance.now()
const first = await createRouter()
figures.firstStartMs = Number((performance.now() - firstBegun).toFixed(2))
await first.close()
figures.start = await repeat(200, start)

const router = await createRouter({ websocketMaxConnectionsPerUser: 10 })
const socket = await connect(router, 'ann')
await repeat(200, () => latency(router, socket))
figures.publishToClient = await repeat(2000, () => latency(router, socket))
figures.publishAndDelivered = await repeat(1000, async () => {
  const begun = performance.now()
  await router.publish(notification('ann'))
  await router.delivered()
  return performance.now() - begun
})

for (let i = 0; i < connections; i += 50) {
  await Promise.all(Array.from({ length: 50 }, (_, j) => connect(router, `user-${i + j}`)))
}
figures.connections = router.connections().length
figures.delayWhileIdle = await eventLoopDelay(router, 2000)
const spreadOut = async () => {
  for (let round = 0; round < 10; ++round) {
    for (let i = 0; i < connections; ++i) await router.publish(notification(`user-${i}`))
  }
}
const begun = performance.now()
figures.delayWhileSending = await eventLoopDelay(router, 0, async () => {
  await spreadOut()
  await router.delivered({ timeout: 60_000 })
})
figures.sendingTenToEachMs = Math.round(performance.now() - begun)
console.log(JSON.stringify(figures, null, 2))
await router.close()
