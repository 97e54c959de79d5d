'use strict'

// The addon exchanges only strings and numbers. This file turns its errors into errors of this realm and its replies
// into promises: a test runner may load this file in a separate context, where an Error of another context is not
// `instanceof Error`.

const { dlopen } = require('node:os').constants
const path = require('node:path')

// Saved before a test runner replaces them with fake timers.
const { setInterval, clearInterval } = globalThis

const HOUR_MS = 3_600_000

class HermodError extends Error {
  constructor(code, message) {
    super(message)
    this.name = 'HermodError'
    this.code = code
  }
}

// Node contains libraries, such as OpenSSL and, from 22 on, simdjson, and exports their symbols to all loaded modules.
// With RTLD_DEEPBIND the addon uses the libraries that it was built with instead. It does not link libuv, so it uses
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
      `cannot load ${file} (${error.message}); build it with npm rebuild hermod`,
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

// The pending requests by number: ask() adds one, and settle() resolves or rejects it when the reply arrives.
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

// Keeps the process alive until the reply arrives: after unref(), the router does not.
async function held(answer) {
  const hold = setInterval(() => {}, HOUR_MS)
  try {
    return await answer
  } finally {
    clearInterval(hold)
  }
}

module.exports = { native: load(), HermodError, guarded, held, onAnswer }
