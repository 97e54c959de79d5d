// Opens and closes routers one after the other: `used` by a client, or `bare`. Prints as JSON the memory and file
// descriptors of the process at half time and at the end, and the median and longest cycle in milliseconds.
import { readdirSync } from 'node:fs'
import { createRouter } from 'hermod'
import { connect, notification } from '../support/kit.mjs'

const cycles = Number(process.argv[2])
const bare = process.argv[3] === 'bare'

async function cycle() {
  const router = await createRouter()
  if (bare) return router.close()
  const socket = await connect(router, 'ann')
  await router.publish(notification('ann'))
  await router.delivered()
  await router.close()
  await socket.closed
}

async function held() {
  for (let i = 0; i < 10; ++i) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    rssBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    descriptors: readdirSync('/proc/self/fd').length,
  }
}

const times = []
let half
for (let i = 0; i < cycles; ++i) {
  if (i === cycles / 2) half = await held()
  const start = performance.now()
  await cycle()
  times.push(performance.now() - start)
}
times.sort((a, b) => a - b)
const end = await held()
console.log(JSON.stringify({ cycles, half, end, medianMs: times[cycles / 2], longestMs: times.at(-1) }))
