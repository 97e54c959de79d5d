'use strict'

const { requireInteger, requireText } = require('./checks.js')

const ADVANCE_MS_MAX = 3_155_760_000_000 // a hundred years

// Faults that a test injects: Redis, slow clients, the clock.
class Faults {
  #call

  constructor(call) {
    this.#call = call
    this.clock = { advance: (ms) => this.#advance(ms) }
  }

  // Publications, subscriptions and replays wait. After two seconds, the router sends its users a notice.
  redisAway() {
    this.#call('setBus', 'away')
  }

  redisBack() {
    this.#call('setBus', 'back')
  }

  // Redis restarts empty: it has lost streams, ack cursors and event ids.
  redisForgets() {
    this.#call('setBus', 'forgetful')
  }

  // The user's current sockets accept no more data, as on a dead network.
  slowClient(user) {
    this.#call('setClient', requireText('user', user), true)
  }

  quickClient(user) {
    this.#call('setClient', requireText('user', user), false)
  }

  #advance(ms) {
    requireInteger('advance', ms, ADVANCE_MS_MAX, 'milliseconds')
    this.#call('advanceClock', ms)
  }
}

module.exports = { Faults }
