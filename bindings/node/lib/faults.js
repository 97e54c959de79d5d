'use strict'

const { requireInteger, requireText } = require('./checks.js')

const ADVANCE_MS_MAX = 3_155_760_000_000 // a hundred years

// What goes wrong in the world, at the moment that a test wants it to.
class Faults {
  #call

  constructor(call) {
    this.#call = call
    this.clock = { advance: (ms) => this.#advance(ms) }
  }

  // Publications, subscriptions and replays wait. The router says so to its users after two seconds.
  redisAway() {
    this.#call('setBus', 'away')
  }

  redisBack() {
    this.#call('setBus', 'back')
  }

  // It restarts empty: histories, marks and known events are gone.
  redisForgets() {
    this.#call('setBus', 'forgetful')
  }

  // The sockets that the user has now take nothing more, as on a dead network.
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
