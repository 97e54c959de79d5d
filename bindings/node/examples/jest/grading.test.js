// npx jest
const { createRouter, HermodError } = require('hermod')
const WebSocket = require('ws')
const { GradingService } = require('../grading-service.js')

let router
beforeEach(async () => {
  router = await createRouter()
})
afterEach(() => router.close())

test('a teacher sees the grade at once', async () => {
  const browser = new WebSocket(router.url('teacher-1'))
  await new Promise((resolve) => browser.on('open', resolve))
  await new GradingService((notification) => router.publish(notification)).grade('teacher-1', 'e1', 'A')
  await router.delivered()
  const [sent] = router.sent('teacher-1')
  expect(sent.notification.payload).toStrictEqual({ essay: 'e1', grade: 'A' })
})

test('a grade that is published while Redis is unavailable arrives when Redis is available again', async () => {
  const browser = new WebSocket(router.url('teacher-1'))
  await new Promise((resolve) => browser.on('open', resolve))
  router.faults.redisAway()
  await new GradingService((notification) => router.publish(notification)).grade('teacher-1', 'e1', 'A')
  expect(router.sent('teacher-1')).toStrictEqual([])
  router.faults.redisBack()
  await router.delivered()
  expect(router.sent('teacher-1')).toHaveLength(1)
})

// Objects and errors belong to the realm of the test.
test('errors are errors, and lists are lists', async () => {
  const refused = await createRouter({ websocketPrt: 1 }).catch((error) => error)
  expect(refused).toBeInstanceOf(Error)
  expect(refused).toBeInstanceOf(HermodError)
  expect(refused.code).toBe('CONFIGURATION_ERROR')
  expect(router.connections()).toStrictEqual([])
})

test('fake timers of the test runner do not stop the router', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  try {
    await router.publish({ teacher_id: 'nobody' })
    await router.delivered()
    expect(router.stats().records.deadLetters).toStrictEqual({ missing_field: 1 })
  } finally {
    jest.useRealTimers()
  }
})
