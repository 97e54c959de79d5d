'use strict'

const { wrong, jsonOf } = require('./checks.js')

// A text is a record as it is; an object is a notification, and goes out in the platform's envelope.
function recordOf(notification, { eventId, topic, bare }) {
  if (typeof notification === 'string') return notification
  if (typeof notification !== 'object' || notification === null) {
    throw wrong('publish takes a notification, or the text of a record')
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

// Records of one user keep their order. A text says of none.
function keyOf(notification) {
  const user = typeof notification === 'object' ? notification.teacher_id : undefined
  return typeof user === 'string' ? user : ''
}

module.exports = { recordOf, keyOf }
