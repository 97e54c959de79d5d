'use strict'

// What a call is given, judged before anything is done with it: what cannot be meant is refused by name.

const { HermodError } = require('./native.js')

const TIMEOUT_MS_MAX = 2 ** 31 - 1 // Node's timers take no more

function wrong(message) {
  return new HermodError('VALIDATION_ERROR', message)
}

function requireText(name, value) {
  if (typeof value !== 'string' || value === '') throw wrong(`${name} takes a text that is not empty`)
  return value
}

// A wait without an end would never say what is missing.
function requireTimeout(value) {
  if (typeof value === 'number' && value >= 0 && value <= TIMEOUT_MS_MAX) return
  throw wrong(`timeout takes milliseconds, 0 to ${TIMEOUT_MS_MAX}`)
}

// As in createRouter's options, null is what was not given.
function optionsOf(method, options) {
  if (options === undefined || options === null) return {}
  if (typeof options !== 'object') throw wrong(`${method} takes an object of options`)
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null))
}

function jsonOf(name, value) {
  let text
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw wrong(`${name} cannot be written as JSON: ${error.message}`)
  }
  if (text === undefined) throw wrong(`${name} cannot be written as JSON`)
  return text
}

// A number of JavaScript may be far beyond what a clock or a lifetime holds.
function requireInteger(name, value, max, unit) {
  if (Number.isInteger(value) && value >= 0 && value <= max) return
  throw wrong(`${name} takes a whole number of ${unit}, 0 to ${max}`)
}

module.exports = { wrong, requireText, requireTimeout, requireInteger, optionsOf, jsonOf }
