'use strict'

const { EventEmitter } = require('node:events')
const { randomUUID } = require('node:crypto')
const { inspect } = require('node:util')
const { native, HermodError, guarded, held, onAnswer } = require('./lib/native.js')
const { wrong, requireText, requireTimeout, requireInteger, optionsOf, jsonOf } = require('./lib/checks.js')
const { recordOf, keyOf } = require('./lib/record.js')
const { settingsOf } = require('./lib/settings.js')
const { Faults } = require('./lib/faults.js')

// Saved before a test runner replaces them with fake timers.
const { setTimeout, clearTimeout } = globalThis

// Below the 5 s of common test runners, so that this error, which lists what is missing, comes first.
const DELIVERED_TIMEOUT_MS = 4000
const READY_TIMEOUT_MS = 30_000
const READY_POLL_MS = 5
const TOKEN_LIFETIME_SECONDS = 3600
const CLOSE_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013]

// One hermod server in this process, and its test harness. The constructor starts it; createRouter() calls it.
class Router extends EventEmitter {
  #native
  #origin = ''
  #topics
  #publishing = new Set()
  #closing
  #answers = onAnswer()

  constructor(options) {
    super()
    const { names, values } = settingsOf(options)
    this.#native = new native.Router((kind, ...rest) => this.#receive(kind, rest))
    try {
      this.#topics = JSON.parse(guarded(this.#native, 'start', names, values))
      this.#origin = guarded(this.#native, 'origin')
    } catch (error) {
      this.#abandon()
      throw error
    }
    this.faults = new Faults((method, ...rest) => guarded(this.#native, method, ...rest))
  }

  // The address of the listener, such as `http://127.0.0.1:41234`. It also serves the health endpoints and the metrics.
  get origin() {
    return this.#origin
  }

  // The address of the operators' interface, or an empty string without the option `adminPort`.
  get adminOrigin() {
    return guarded(this.#native, 'adminOrigin')
  }

  get port() {
    return Number(new URL(this.#origin).port)
  }

  // The URL for a client of this user. Without a user, it contains no token.
  url(user, options) {
    const { path = '/ws/v1/notifications', expiresIn, claims } = optionsOf('url', options)
    const base = this.#origin.replace('http:', 'ws:') + requireText('path', path)
    return user === undefined ? base : `${base}?token=${this.token(user, { expiresIn, claims })}`
  }

  token(user, options) {
    const { expiresIn = TOKEN_LIFETIME_SECONDS, claims } = optionsOf('token', options)
    requireText('user', user)
    requireInteger('expiresIn', expiresIn, 0xffffffff, 'seconds')
    return guarded(this.#native, 'token', user, expiresIn, claims === undefined ? '' : jsonOf('claims', claims))
  }

  // Produces a record as a service would. Resolves to topic, partition and offset when the broker has acknowledged it.
  async publish(notification, options) {
    const { eventId = randomUUID(), topic = this.#topics[0], key, bare } = optionsOf('publish', options)
    const index = this.#topics.indexOf(requireText('topic', topic))
    if (index < 0) throw wrong(`topic must be one of kafkaTopics, not ${topic}`)
    const value = recordOf(notification, { eventId: requireText('eventId', eventId), topic, bare })
    const keyText = key === undefined ? keyOf(notification) : requireText('key', key)
    const place = this.#ask('publish', index, keyText, value)
    this.#publishing.add(place)
    try {
      return JSON.parse(await held(place))
    } finally {
      this.#publishing.delete(place)
    }
  }

  // Resolves when the clients have acknowledged everything that was published until now.
  async delivered(options) {
    const { timeout = DELIVERED_TIMEOUT_MS } = optionsOf('delivered', options)
    requireTimeout(timeout)
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(this.#lateness(timeout)), timeout)
    })
    try {
      await Promise.race([Promise.allSettled([...this.#publishing]).then(() => this.#ask('delivered')), late])
    } finally {
      clearTimeout(timer)
    }
  }

  // The last messages that were sent to this user's sockets, or to those of all users, oldest first.
  sent(user) {
    if (user !== undefined) requireText('user', user)
    return JSON.parse(guarded(this.#native, 'sent', user)).map((entry) => ({
      ...entry,
      get notification() {
        return JSON.parse(this.text)
      },
    }))
  }

  forgetSent() {
    guarded(this.#native, 'forgetSent')
  }

  connections() {
    return JSON.parse(guarded(this.#native, 'connections'))
  }

  // Closes the user's connections and returns their number.
  disconnect(user, code = 1001, message = 'disconnected by a test') {
    requireText('user', user)
    requireText('message', message)
    if (!CLOSE_CODES.includes(code) && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
      throw wrong(`code must be a close code that a server may send (RFC 6455, section 7.4), not ${inspect(code)}`)
    }
    return guarded(this.#native, 'disconnect', user, code, message)
  }

  stats() {
    return JSON.parse(guarded(this.#native, 'stats'))
  }

  // The metrics in the Prometheus text format.
  metrics() {
    return guarded(this.#native, 'metrics')
  }

  // Resolves when Kafka and Redis are available. The in-memory source and bus always are.
  async ready(options) {
    const { timeout = READY_TIMEOUT_MS } = optionsOf('ready', options)
    requireTimeout(timeout)
    const until = Date.now() + timeout
    while (!guarded(this.#native, 'ready')) {
      if (Date.now() > until) throw new HermodError('TIMEOUT', `not ready after ${timeout} ms`)
      await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS))
    }
  }

  // ref() makes the open router keep the process alive, like a Node server; unref() ends that.
  ref() {
    if (this.#closing === undefined) guarded(this.#native, 'ref', true)
    return this
  }

  unref() {
    if (this.#closing === undefined) guarded(this.#native, 'ref', false)
    return this
  }

  // Closes the router: with `drain` over drainSeconds, otherwise at once. A call without `drain` ends a running drain.
  async close(options) {
    const { drain = false } = optionsOf('close', options)
    if (this.#closing === undefined || (!drain && !this.#closing.done)) {
      const ended = held(this.#ask('close', drain)).then(() => {
        this.#closing.done = true
      })
      this.#closing ??= ended
    }
    return this.#closing
  }

  // Every way to add a listener, including once(), calls one of these three methods.
  on(name, listener) {
    this.#listenTo(name)
    return super.on(name, listener)
  }

  addListener(name, listener) {
    this.#listenTo(name)
    return super.addListener(name, listener)
  }

  prependListener(name, listener) {
    this.#listenTo(name)
    return super.prependListener(name, listener)
  }

  // The addon passes deliveries and log lines to JavaScript only after the first listener was added.
  #listenTo(name) {
    if (this.#closing === undefined && (name === 'delivery' || name === 'log')) this.#native.listenTo(name)
  }

  #ask(method, ...rest) {
    return this.#answers.ask((request) => guarded(this.#native, method, request, ...rest))
  }

  #receive(kind, rest) {
    if (kind === 'answer') return this.#answers.settle(...rest)
    for (const one of JSON.parse(rest[0])) {
      if (kind === 'log') this.#emit('log', JSON.parse(one))
      else this.#emit(...one)
    }
  }

  // An exception of a listener goes to uncaughtException, and the following events are still emitted.
  #emit(name, event) {
    try {
      this.emit(name, event)
    } catch (error) {
      process.nextTick(() => {
        throw error
      })
    }
  }

  #abandon() {
    this.#closing = this.#ask('close', false).catch(() => {})
  }

  #lateness(timeout) {
    let missing = 'the router was closed'
    try {
      missing = guarded(this.#native, 'undelivered')
    } catch {
      // the router was closed while delivered() waited
    }
    return new HermodError('TIMEOUT', `not delivered after ${timeout} ms: ${missing}`)
  }
}

if (Symbol.asyncDispose !== undefined) {
  Router.prototype[Symbol.asyncDispose] = function () {
    return this.close()
  }
}

// Resolves to a router that listens. The options are the service's settings in camel case.
async function createRouter(options = {}) {
  return new Router(options)
}

module.exports = { createRouter, HermodError, optionNames: JSON.parse(native.optionNames) }
