import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startServer } from './support/server.mjs'
import { until, watch } from './support/watch.mjs'

/** A random number generator with a seed (mulberry32), so that a failure can be repeated. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

for (const seed of [1, 2, 3, Date.now() % 1e6]) {
  test(`two devices receive everything once and in order under random faults, and marks converge (seed ${seed})`, async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const next = random(seed)
    const timing = { checkMs: 60, answerMs: 400, upgradeMs: 100 }
    const devices = ['laptop', 'phone'].map((device) => watch(t, server, { device, timing }))
    for (const one of devices) await one.state('open')
    const sent = []
    const faults = [
      () => server.cutAll(),
      () => [...server.links].forEach((link) => (link.isFrozen ||= next() < 0.5)),
      () => server.endAll(1001, { error_code: 'SERVICE_UNAVAILABLE' }, 20),
      () => server.endAll(1013, { error_code: 'RATE_LIMIT' }, 10),
      () => (server.upgrade = ['refuse', 'cut', null, null][Math.floor(next() * 4)]),
      () => server.tellAll({ type: 'degraded' }),
      () => server.tellAll({ type: 'restored' }),
      () => [...server.links].forEach((link) => (link.neverAcked = next() < 0.5)),
    ]
    for (let step = 0; step < 60; step++) {
      for (let i = next() * 4; i > 0; i--) sent.push(server.publish('ann', { step }))
      if (next() < 0.4) faults[Math.floor(next() * faults.length)]()
      const marking = devices[step % 2]
      if (next() < 0.3 && marking.ids().length) marking.client.seen(marking.ids().at(-1))
      await pause(next() * 30)
    }
    server.upgrade = null
    server.cutAll()
    for (const one of devices) {
      await until(() => one.ids().length >= sent.length, `${one.ids().length} of ${sent.length}`)
      assert.deepEqual(one.ids(), sent)
      assert.deepEqual(one.illegal, [])
    }
    // Each device knows all marks: its own, and those that it was sent.
    const last = sent.at(-1)
    devices[0].client.seen({ upTo: last })
    await until(() => server.user('ann').seen.size === sent.length)
    await until(() => devices[1].marks.some((mark) => mark.upTo === last || mark.ids?.includes(last)))
  })
}
