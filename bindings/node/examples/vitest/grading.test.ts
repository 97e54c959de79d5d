// npx vitest run
import { createRouter, type Router } from 'hermod'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { GradingService } from '../grading-service.js'

let router: Router
beforeEach(async () => {
  router = await createRouter()
})
afterEach(() => router.close())

test('a teacher sees the grade at once', async () => {
  const browser = new WebSocket(router.url('teacher-1'))
  await new Promise((resolve) => browser.on('open', resolve))
  await new GradingService((notification: any) => router.publish(notification)).grade('teacher-1', 'e1', 'A')
  await router.delivered()
  expect(router.sent('teacher-1')).toMatchObject([{ notification: { payload: { essay: 'e1', grade: 'A' } }, answered: true }])
})

test('an expired session is closed', async () => {
  const browser = new WebSocket(router.url('teacher-1', { expiresIn: 60 }))
  await new Promise((resolve) => browser.on('open', resolve))
  const code = new Promise((resolve) => browser.on('close', resolve))
  router.faults.clock.advance(61_000)
  expect(await code).toBe(1008)
})
