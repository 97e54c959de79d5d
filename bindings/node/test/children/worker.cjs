// A worker with an open router. It posts its port when a client is connected, and then ends as workerData says.
const { parentPort, workerData } = require('node:worker_threads')
const { createRouter } = require('hermod')
const WebSocket = require('ws')

async function main() {
  const router = await createRouter()
  const socket = new WebSocket(router.url('ann'))
  await new Promise((resolve) => {
    socket.on('open', resolve)
  })
  router.on('connection', () => {})
  parentPort.postMessage(router.port)
  if (workerData === 'exit') process.exit(7)
  if (workerData === 'throw') throw new Error('mine')
  if (workerData === 'close') {
    await router.close()
    parentPort.close()
  }
  if (workerData === 'unref') {
    router.unref()
    socket.terminate()
    parentPort.close()
  }
  if (workerData === 'spin') for (;;) JSON.stringify(router.stats())
}

main()
