'use strict'

// Validates the arguments of a call before it does anything. An error names the argument and the accepted values.

const { HermodError } = require('./native.js')

const TIMEOUT_MS_MAX = 2 ** 31 - 1 // the maximum of Node's timers

function wrong(message) {
  return new HermodError('VALIDATION_ERROR', message)
}

function requireText(name, value) {
  if (typeof value !== 'string' || value === '') throw wrong(`${name} must be a non-empty string`)
  return value
}

// A wait without an end would never report what is missing.
function requireTimeout(value) {
  if (typeof value === 'number' && value >= 0 && value <= TIMEOUT_MS_MAX) return
  throw wrong(`timeout must be a number of milliseconds from 0 to ${TIMEOUT_MS_MAX}`)
}

// Null counts as unset, as in the options of createRouter().
function optionsOf(method, options) {
  if (options === undefined || options === null) return {}
  if (typeof options !== 'object') throw wrong(`${method}: options must be an object`)
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

// `max` keeps the number within the range of the native type.
function requireInteger(name, value, max, unit) {
  if (Number.isInteger(value) && value >= 0 && value <= max) return
  throw wrong(`${name} must be a whole number of ${unit} from 0 to ${max}`)
}

module.exports = { wrong, requireText, requireTimeout, requireInteger, optionsOf, jsonOf }
