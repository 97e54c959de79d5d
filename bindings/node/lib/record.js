'use strict'

const { wrong, jsonOf } = require('./checks.js')

// The value of a record: a string unchanged, an object as a notification in the platform's envelope unless `bare`.
function recordOf(notification, { eventId, topic, bare }) {
  if (typeof notification === 'string') return notification
  if (typeof notification !== 'object' || notification === null) {
    throw wrong('publish: notification must be an object, or a string with the record')
  }
  const data = jsonOf('the notification', notification)
  if (bare) return data
  const envelope = jsonOf('the envelope', {
    event_id: eventId,
    event_type: topic,
    event_timestamp: new Date().toISOString(),
    source_service: 'hermod-node',
    schema_version: 1,
    correlation_id: notification.correlation_id ?? eventId,
  })
  return `${envelope.slice(0, -1)},"data":${data}}`
}

// The default key is the user, so that all records of a user are in one partition. A string has no default key.
function keyOf(notification) {
  const user = typeof notification === 'object' ? notification.teacher_id : undefined
  return typeof user === 'string' ? user : ''
}

module.exports = { recordOf, keyOf }
