'use strict'

const { HermodError } = require('./native.js')

function textOf(name, value) {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value)
  throw new HermodError('CONFIGURATION_ERROR', `${name} takes a text, a number, a truth or a list`)
}

// Each option as the text that the service's own table judges; a list as a list of texts.
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
    throw new HermodError('CONFIGURATION_ERROR', 'createRouter takes an object of options')
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null)
  return { names: given.map(([name]) => name), values: given.map(([name, value]) => valueOf(name, value)) }
}

module.exports = { settingsOf }
