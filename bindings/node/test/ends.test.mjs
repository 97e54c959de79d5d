// All the ways in which a process or a worker with a router can end.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const CHILD = fileURLToPath(new URL('children/ends.mjs', import.meta.url))
const WORKER = fileURLToPath(new URL('children/worker.cjs', import.meta.url))

async function run(how) {
  const child = spawn(process.execPath, ['--expose-gc', CHILD, how], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text
    })
  }
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const [code, signal] = await once(child, 'close')
  clearTimeout(late)
  return { code, signal, ...said }
}

const QUIET = {
  closed: { code: 0 },
  drained: { code: 0 },
  unref: { code: 0 },
  unrefThenRef: { code: 0, stdout: 'still here\n' },
  unrefThenAwait: { code: 0, stdout: 'delivered\nclosed\n' },
  unrefThenLate: { code: 0, stdout: 'TIMEOUT\n' },
  oneOfTwoUnref: { code: 0, stdout: 'still here\n' },
  exit: { code: 7 },
  exitInEvent: { code: 7 },
  exitWhileClosing: { code: 7 },
  sigterm: { code: null, signal: 'SIGTERM' },
  sigtermHandled: { code: 0 },
  garbage: { code: 0, stdout: 'still served\n' },
  garbageOfClosed: { code: 0, stdout: 'collected\n' },
  beforeExit: { code: 0, stdout: '0\nclosed\n' },
  closedTwiceWithOthers: { code: 0 },
  othersGoOn: { code: 0, stdout: 'spawned\n' },
  failedStart: { code: 0, stdout: 'INITIALIZATION_FAILED\n' },
}

for (const [how, expected] of Object.entries(QUIET)) {
  test(`a process ends: ${how}`, async () => {
    assert.deepEqual(await run(how), { signal: null, stdout: '', stderr: '', ...expected })
  })
}

for (const how of ['uncaught', 'uncaughtInEvent']) {
  test(`a process ends: ${how}`, async () => {
    const { code, signal, stderr } = await run(how)
    assert.deepEqual([code, signal], [1, null])
    assert.match(stderr, /Error: mine/)
    assert.doesNotMatch(stderr, /assert|abort|core dumped|uv_|libwebsockets/i)
  })
}

const WORKERS = { close: 0, unref: 0, exit: 7, throw: 1 }
for (const [how, expected] of Object.entries(WORKERS)) {
  test(`a worker ends: ${how}`, async () => {
    const worker = new Worker(WORKER, { workerData: how })
    const errors = []
    worker.on('error', ({ message }) => errors.push(message))
    const code = await new Promise((resolve) => {
      worker.on('exit', resolve)
    })
    assert.equal(code, expected)
    assert.deepEqual(errors, how === 'throw' ? ['mine'] : [])
  })
}

for (const how of ['stay', 'spin']) {
  test(`a worker is terminated: ${how}`, async () => {
    const worker = new Worker(WORKER, { workerData: how })
    const [port] = await once(worker, 'message')
    assert.equal(await worker.terminate(), 1)
    await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
  })
}
