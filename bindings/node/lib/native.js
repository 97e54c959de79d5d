'use strict'

// The addon speaks in texts and numbers. Here its errors become errors of this realm, and its answers promises of it:
// a test runner may load this file in a context of its own, where an Error from elsewhere is no `instanceof Error`.

const { dlopen } = require('node:os').constants
const path = require('node:path')

// Taken before a test runner puts its own clock in their place.
const { setInterval, clearInterval } = globalThis

const HOUR_MS = 3_600_000

class HermodError extends Error {
  constructor(code, message) {
    super(message)
    this.name = 'HermodError'
    this.code = code
  }
}

// Node has libraries of its own inside, such as OpenSSL and, from 22 on, simdjson, and shows their functions to all that
// is loaded. Bound deeply, the addon gets those of the libraries that it was built with. libuv it names none, and so has
// Node's.
function load() {
  const file = process.env.HERMOD_NODE_ADDON ?? path.join(__dirname, '..', 'build', 'hermod.node')
  try {
    const addon = { exports: {} }
    process.dlopen(addon, file, dlopen.RTLD_NOW | dlopen.RTLD_DEEPBIND)
    return addon.exports
  } catch (error) {
    throw new HermodError(
      'INITIALIZATION_FAILED',
      `${file} cannot be loaded (${error.message}); npm rebuild hermod builds it`,
    )
  }
}

function guarded(router, method, ...rest) {
  try {
    return router[method](...rest)
  } catch (error) {
    throw new HermodError(error.code, error.message)
  }
}

// Requests under way, by number.
function onAnswer() {
  const waiting = new Map()
  let last = 0
  return {
    ask(send) {
      return new Promise((resolve, reject) => {
        const request = ++last
        waiting.set(request, { resolve, reject })
        try {
          send(request)
        } catch (error) {
          waiting.delete(request)
          reject(error)
        }
      })
    },
    settle(request, value, code, message) {
      const { resolve, reject } = waiting.get(request)
      waiting.delete(request)
      if (code === undefined) resolve(value)
      else reject(new HermodError(code, message))
    },
  }
}

// Nobody awaits in vain: after unref() the router alone would let the process end before the answer comes.
async function held(answer) {
  const hold = setInterval(() => {}, HOUR_MS)
  try {
    return await answer
  } finally {
    clearInterval(hold)
  }
}

module.exports = { native: load(), HermodError, guarded, held, onAnswer }
