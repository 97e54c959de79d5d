// The export of traces over TLS. The collector runs in the same process, so Node's OpenSSL and that of libcurl are both in use.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createRouter } from 'hermod'
import { notification, until } from './support/kit.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'hermod-traces-'))
const certificate = path.join(folder, 'cert.pem')
const bodies = []
let server
let settings

before(async () => {
  process.env.no_proxy = '*'
  const key = path.join(folder, 'key.pem')
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=collector', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-days', '2', ...files], { stdio: 'pipe' })
  server = https.createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      bodies.push({ key: request.headers['api-key'], body })
      response.end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  settings = {
    enableTracing: true,
    otelExporterOtlpEndpoint: `https://127.0.0.1:${server.address().port}`,
    otelExporterOtlpCertificate: certificate,
    otelExporterOtlpHeaders: 'api-key=k%20x',
  }
})

after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

const recorded = (user) => bodies.filter(({ body }) => body.includes('hermod.record') && body.includes(user))

// A request from Node's own TLS client.
async function ask() {
  const ca = readFileSync(certificate)
  const request = https.request({ host: '127.0.0.1', port: server.address().port, method: 'POST', ca }).end()
  const [response] = await once(request, 'response')
  response.resume()
  assert.equal(response.statusCode, 200)
}

test('spans are sent over TLS, before and after Node uses TLS itself', async () => {
  for (const user of ['user-ann', 'user-ben']) {
    const router = await createRouter(settings)
    await router.publish(notification(user))
    await until(() => recorded(user).length > 0)
    await router.close()
    await ask()
  }
  assert.equal(recorded('user-ann')[0].key, 'k x')
})

test('workers export at the same time', async () => {
  const source = `
    const { workerData, parentPort } = require('node:worker_threads')
    import('hermod').then(async ({ createRouter }) => {
      const router = await createRouter(workerData.settings)
      await router.publish(workerData.sent)
      await router.delivered()
      await router.close()
    })`
  const users = ['user-cat', 'user-dan', 'user-eve', 'user-fay']
  const ends = users.map((user) => {
    const workerData = { settings, sent: notification(user) }
    return once(new Worker(source, { eval: true, workerData }), 'exit')
  })
  assert.deepEqual(await Promise.all(ends), users.map(() => [0]))
  for (const user of users) assert.equal(recorded(user).length, 1)
})

test('an unknown certificate is not accepted', async () => {
  const { otelExporterOtlpCertificate, ...untrusted } = settings
  const router = await createRouter(untrusted)
  await router.publish(notification('user-gil'))
  await router.delivered()
  await router.close()
  assert.equal(recorded('user-gil').length, 0)
})
