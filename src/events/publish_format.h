#pragma once
// The form in which the notification of a record is published, and the form of notices (protocol
// section 2, REDIS_PUBLISH_FORMAT).

#include <cstdint>

namespace hermod {

enum class PublishFormat : uint8_t {
  kNotification,  // the notification object, byte for byte
  kEnvelope,      // the whole record value, byte for byte
  kEvent,         // {"event": …, "data": {…}} as the platform's first service published it
};

}  // namespace hermod
