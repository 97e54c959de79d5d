// Compiled but never run: what the types accept and reject.
import { createRouter, HermodError, type Notification, type Router } from 'hermod'

async function use(): Promise<void> {
  const router: Router = await createRouter({ websocketMaxConnectionsPerUser: 3, kafkaConfig: { 'fetch.min.bytes': 1 } })
  const notification: Notification = {
    teacher_id: 'ann',
    notification_type: 'class_created',
    category: 'class_management',
    priority: 'standard',
    payload: {},
    correlation_id: 'c',
  }
  const place = await router.publish(notification, { eventId: 'e' })
  const offset: number = place.offset
  await router.delivered({ timeout: offset })
  router.on('connection', ({ user, connectionId }) => `${user}${connectionId.toFixed()}`)
  router.once('deadLetter', ({ reason, code }) => `${reason}${code satisfies HermodError['code']}`)
  const urls: string[] = [router.url(), router.url('ann', { path: '/ws', expiresIn: 1 })]
  router.faults.clock.advance(urls.length)
  const sent: string[] = router.sent('ann').map(({ text }) => text)
  await router.close({ drain: sent.length > 0 })

  // @ts-expect-error: an unknown option
  await createRouter({ websocketPrt: 1 })
  // @ts-expect-error: no payload
  await router.publish({ teacher_id: 'ann' })
  // @ts-expect-error: an unknown event
  router.on('connected', () => {})
  // @ts-expect-error: another type
  router.disconnect('ann', '1001')
}

void use
