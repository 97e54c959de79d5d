import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, beforeEach, test } from 'node:test'
import { openPage } from './support/browser.mjs'
import { startServer } from './support/server.mjs'
import { until } from './support/watch.mjs'

let server, page
const ends = []
before(async () => {
  server = await startServer()
  page = await openPage({ after: (end) => ends.push(end) }, server)
})
after(async () => {
  for (const end of ends) await end()
  await server.stop()
})
beforeEach(async () => {
  await page.run(`(window.client?.close(), 1)`)
  await until(() => server.links.size === 0)
  server.users.clear()
  Object.assign(server, { upgrade: null, sse: true, plainOnly: false, quota: 5 })
  server.upgrades = server.streams = server.received.length = 0
  server.pages['/token'] = (_, response) => response.end(server.token())
})

async function start(options = '') {
  await page.run(`(async () => {
    const { connect } = await import('/hermod-client.js')
    Object.assign(window, { states: [], ids: [], errors: [], marks: [] })
    window.client = connect({
      url: '/ws/v1/notifications', token: async () => (await fetch('/token')).text(),
      timing: { retryMinMs: 20, retryMaxMs: 200, acknowledgeMs: 10 }, ${options}
    })
    client.on('state', (one) => states.push(one))
    client.on('notification', (one) => ids.push(one.id))
    client.on('seen', (one) => marks.push(one))
    client.on('error', (one) => errors.push(one.message))
  })()`)
}
const open = (times = 1) => page.until(`states.filter(({ state }) => state === 'open').length >= ${times}`)

test('it receives in order, marks and closes', async () => {
  await start(`device: 'laptop'`)
  await open()
  const sent = [1, 2, 3].map((i) => server.publish('ann', { i }))
  await page.until('ids.length === 3')
  assert.deepEqual(await page.run('ids'), sent)
  await page.run(`client.seen({ upTo: '2-0' })`)
  await until(() => server.user('ann').seen.size === 2)
  await until(() => server.user('ann').acked.get('laptop') === '3-0')
  await page.run('client.close()')
  await until(() => server.links.size === 0)
  assert.equal(server.lastCloseCode, 1000)
})

test('it reads server-sent events where upgrades are refused, and returns to WebSocket', async () => {
  server.upgrade = 'refuse'
  const missed = server.publish('ann', {})
  await start(`timing: { retryMinMs: 20, retryMaxMs: 200, upgradeMs: 300, acknowledgeMs: 10 }`)
  await open()
  assert.equal(await page.run('states.at(-1).transport'), 'sse')
  const live = server.publish('ann', { text: 'grüß dich' })
  await page.until('ids.length === 2')
  await until(() => server.received.some(({ type, up_to }) => type === 'ack' && up_to === live))
  server.upgrade = null
  await page.until(`states.at(-1).transport === 'websocket'`)
  const last = server.publish('ann', {})
  await page.until('ids.length >= 3')
  assert.deepEqual(await page.run('ids'), [missed, live, last])
})

test('a cut network brings it back', async () => {
  await start()
  await open()
  server.cutAll()
  const missed = server.publish('ann', {})
  await open(2)
  await page.until('ids.length === 1')
  assert.deepEqual(await page.run('ids'), [missed])
  assert.equal(await page.run(`states.find(({ state }) => state === 'waiting').code`), 1006)
})

test('a network that discards everything is noticed', async () => {
  await start('timing: { checkMs: 100, answerMs: 300, retryMinMs: 20 }')
  await open()
  for (const link of server.links) link.isFrozen = true
  await open(2)
})

for (const [name, answer] of [
  ['a login page', (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>Sign in</title>')],
  ['502', (_, response) => response.writeHead(502).end('Bad Gateway')],
  ['an empty body', (_, response) => response.end()],
  ['a line end', (_, response) => response.end(server.token() + '\n')],
  ['a cut connection', (request) => request.socket.destroy()],
]) {
  test(`a token endpoint that answers with ${name} is not the end`, async () => {
    server.pages['/token'] = answer
    await start()
    await page.until(`states.filter(({ state }) => state === 'waiting').length >= 2`)
    assert.equal(server.upgrades, 0)
    server.pages['/token'] = (_, response) => response.end(server.token())
    await open()
  })
}

test('the clock of the page may be wrong', async () => {
  await page.run('(window.trueNow ??= Date.now, Date.now = () => 0)')
  await start('timing: { checkMs: 200 }')
  await open()
  await until(() => server.received.length === 1)
  assert.deepEqual(await page.run('states.map(({ state }) => state)'), ['connecting', 'open'])
  await page.run('(Date.now = trueNow, 1)')
})

test('a frozen page leaves, and catches up when it is shown', async () => {
  await start()
  await open()
  await page.run(`document.dispatchEvent(new Event('freeze'))`)
  await until(() => server.links.size === 0)
  assert.equal(server.lastCloseCode, 3001)
  const missed = server.publish('ann', {})
  await page.run(`document.dispatchEvent(new Event('resume'))`)
  await page.until('ids.length === 1')
  assert.deepEqual(await page.run('ids'), [missed])
})

test('the network that returns ends the pause', async () => {
  server.quota = 0
  await start('timing: { retryMaxMs: 60_000 }')
  await page.until(`states.at(-1).state === 'waiting' && states.at(-1).errorCode === 'QUOTA_EXCEEDED'`)
  server.quota = 5
  await page.run(`dispatchEvent(new Event('online'))`)
  await open()
})

test('the plain protocol works', async () => {
  server.plainOnly = true
  await start()
  await open()
  server.publish('ann', {})
  await page.until('ids.length === 1')
})

test('the example shows what arrives', async () => {
  const example = readFileSync(new URL('../examples/index.html', import.meta.url))
  server.pages['/example'] = (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(example)
  server.pages['/session/token'] = server.pages['/token']
  await page.run(`new Promise((done) => { const frame = document.createElement('iframe'); frame.src = '/example'; frame.onload = done; document.body.append(frame); window.example = frame })`)
  await page.until(`example.contentDocument.querySelector('#state').textContent === 'open'`)
  server.publish('ann', { message: '<b>12 essays</b>' })
  await page.until(`example.contentDocument.querySelector('li')?.textContent.includes('<b>12 essays</b>')`)
  await page.run(`example.contentDocument.querySelector('li button').click()`)
  await until(() => server.user('ann').seen.size === 1)
  await page.run('example.remove()')
})
