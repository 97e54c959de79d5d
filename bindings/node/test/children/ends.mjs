// Ends the process in the way that the argument names. The test compares the output.
import { createRouter } from 'hermod'
import WebSocket from 'ws'
import { notification } from '../support/kit.mjs'

const router = await createRouter({ drainSeconds: 1 })
const socket = new WebSocket(router.url('ann'))
socket.on('error', () => {})
await new Promise((resolve) => {
  socket.on('open', resolve)
})
await router.publish(notification('ann'))
await router.delivered()

const ends = {
  async closed() {
    await router.close()
  },
  async drained() {
    await router.close({ drain: true })
  },
  unref() {
    router.unref()
    socket.terminate()
  },
  unrefThenRef() {
    router.unref()
    router.ref()
    socket.terminate()
    setTimeout(() => {
      console.log('still here')
      router.close()
    }, 20).unref()
  },
  async unrefThenAwait() {
    router.unref()
    socket.terminate()
    await router.publish(notification('ann'))
    await router.delivered()
    console.log('delivered')
    await router.close()
    console.log('closed')
  },
  // A wait that timed out does not keep the process alive.
  async unrefThenLate() {
    router.unref()
    router.faults.redisAway()
    await router.publish(notification('ann'))
    await router.delivered({ timeout: 1 }).catch(({ code }) => console.log(code))
    socket.terminate()
  },
  async oneOfTwoUnref() {
    const other = await createRouter()
    router.unref()
    socket.terminate()
    setTimeout(() => {
      console.log('still here')
      other.close()
    }, 20).unref()
  },
  exit() {
    process.exit(7)
  },
  exitInEvent() {
    router.on('disconnection', () => process.exit(7))
    socket.close()
  },
  exitWhileClosing() {
    router.close()
    process.exit(7)
  },
  uncaught() {
    process.on('exit', (code) => console.log(`code ${code}`))
    throw new Error('mine')
  },
  uncaughtInEvent() {
    router.on('disconnection', () => {
      throw new Error('mine')
    })
    socket.close()
  },
  sigterm() {
    process.kill(process.pid, 'SIGTERM')
  },
  sigtermHandled() {
    process.once('SIGTERM', () => router.close())
    process.kill(process.pid, 'SIGTERM')
  },
  // An open router works without a reference to it.
  async garbage() {
    const url = router.url('ann')
    globalThis.forgotten = new WeakRef(router)
    socket.terminate()
    for (let i = 0; i < 20; ++i) {
      await new Promise((resolve) => setImmediate(resolve))
      globalThis.gc()
    }
    const again = new WebSocket(url)
    await new Promise((resolve) => again.on('open', resolve))
    globalThis.forgotten.deref()?.unref()
    again.terminate()
    console.log('still served')
  },
  async garbageOfClosed() {
    const forgotten = []
    for (let i = 0; i < 5; ++i) {
      let one = await createRouter()
      forgotten.push(new WeakRef(one))
      await one.close()
      one = undefined
    }
    for (let i = 0; i < 20; ++i) {
      await new Promise((resolve) => setImmediate(resolve))
      globalThis.gc()
    }
    console.log(forgotten.filter((one) => one.deref() === undefined).length >= 4 ? 'collected' : 'kept')
    await router.close()
  },
  async beforeExit() {
    router.unref()
    socket.terminate()
    process.once('beforeExit', async () => {
      console.log(router.connections().length)
      await router.close()
      console.log('closed')
    })
  },
  async closedTwiceWithOthers() {
    const others = await Promise.all(Array.from({ length: 5 }, () => createRouter()))
    await Promise.all([...others, ...others, router].map((one) => one.close()))
  },
  // Node's thread pool and child processes work after a router was closed.
  async othersGoOn() {
    await router.close()
    const { execFileSync } = await import('node:child_process')
    const { readFile } = await import('node:fs/promises')
    await Promise.all(Array.from({ length: 8 }, () => readFile(import.meta.filename ?? process.argv[1])))
    console.log(execFileSync('echo', ['spawned'], { encoding: 'utf8' }).trim())
  },
  async failedStart() {
    await createRouter({ websocketPort: router.port }).catch(({ code }) => console.log(code))
    await router.close()
  },
}

await ends[process.argv[2]]()
