// The same interface with a real Kafka and a real Redis.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createRouter } from 'hermod'
import { connect, next, notification } from './support/kit.mjs'

const BROKERS = fileURLToPath(new URL('support/brokers.py', import.meta.url))
const PYTHON = '/usr/bin/python3' // the one that has Debian's Python packages

let brokers
let where
before(async () => {
  brokers = spawn(PYTHON, [BROKERS], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(brokers.stdout.setEncoding('utf8'), 'data')
  where = JSON.parse(line)
})
after(async () => {
  brokers.stdin.end()
  await once(brokers, 'close')
})

test('published to Kafka, delivered through Redis', async () => {
  const router = await createRouter(where)
  await router.ready()
  const sockets = await Promise.all([connect(router, 'ann'), connect(router, 'ann'), connect(router, 'ben')])
  const sent = Array.from({ length: 50 }, () => notification('ann'))
  const places = await Promise.all(sent.map((one) => router.publish(one)))
  assert.equal(new Set(places.map(({ partition, offset }) => `${partition}/${offset}`)).size, 50)
  await router.delivered({ timeout: 20_000 })
  assert.deepEqual(sockets[0].received, sent)
  assert.deepEqual(sockets[1].received, sent)
  assert.deepEqual(sockets[2].received, [])
  const dead = next(router, 'deadLetter')
  await router.publish('junk')
  assert.equal((await dead).value, 'junk')
  await router.delivered({ timeout: 20_000 })
  assert.throws(() => router.faults.redisAway(), { code: 'VALIDATION_ERROR', message: /REDIS_URL/ })
  await router.close()
})

test('a user with connections to two routers receives a notification on both', async () => {
  const options = { ...where, kafkaConsumerGroup: 'two-routers' }
  const [one, two] = await Promise.all([createRouter(options), createRouter(options)])
  await Promise.all([one.ready(), two.ready()])
  const sockets = await Promise.all([connect(one, 'cyd'), connect(two, 'cyd')])
  const sent = notification('cyd')
  await one.publish(sent)
  for (const socket of sockets) {
    if (socket.received.length === 0) await once(socket, 'message')
    assert.deepEqual(socket.received, [sent])
  }
  await Promise.all([one.close(), two.close()])
})

test('publish() is rejected while Kafka is unavailable', async () => {
  const router = await createRouter({ kafkaBootstrapServers: '127.0.0.1:1' })
  const refused = assert.rejects(router.publish(notification('ann')), { code: 'SERVICE_UNAVAILABLE' })
  await assert.rejects(router.ready({ timeout: 50 }), { code: 'TIMEOUT' })
  await router.close()
  await refused
})
