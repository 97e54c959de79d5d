'use strict'

const { HermodError } = require('./native.js')

function textOf(name, value) {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value)
  throw new HermodError('CONFIGURATION_ERROR', `${name} must be a string, a number, a boolean or a list`)
}

// Each option as a string, or a list as an array of strings. The service's table of settings parses and validates them.
function valueOf(name, value) {
  if (Array.isArray(value)) return value.map((item) => textOf(name, item))
  if (name === 'kafkaConfig' && typeof value === 'object') {
    return Object.entries(value)
      .map(([key, property]) => `${key}=${textOf(name, property).replaceAll(',', '\\,')}`)
      .join(',')
  }
  return textOf(name, value)
}

function settingsOf(options) {
  if (typeof options !== 'object' || options === null) {
    throw new HermodError('CONFIGURATION_ERROR', 'createRouter: options must be an object')
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null)
  return { names: given.map(([name]) => name), values: given.map(([name, value]) => valueOf(name, value)) }
}

module.exports = { settingsOf }
