// node --test
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createRouter } from 'hermod'
import WebSocket from 'ws'
import { GradingService } from '../grading-service.js'

let router
beforeEach(async () => {
  router = await createRouter()
})
afterEach(() => router.close())

test('a teacher sees the grade at once', async () => {
  const browser = new WebSocket(router.url('teacher-1'))
  const shown = []
  browser.on('message', (text) => shown.push(JSON.parse(text).payload))
  await new Promise((resolve) => {
    browser.on('open', resolve)
  })
  await new GradingService((notification) => router.publish(notification)).grade('teacher-1', 'e1', 'A')
  await router.delivered()
  assert.deepEqual(shown, [{ essay: 'e1', grade: 'A' }])
})

test('a teacher who was offline sees the grade after reconnecting', async () => {
  await new GradingService((notification) => router.publish(notification)).grade('teacher-1', 'e1', 'A')
  await router.delivered()
  const browser = new WebSocket(router.url('teacher-1'))
  await new Promise((resolve) => {
    browser.on('open', resolve)
  })
  await router.delivered()
  assert.equal(router.sent('teacher-1')[0].notification.payload.grade, 'A')
})
