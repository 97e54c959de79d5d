#pragma once
// Builds the message payload of an event in the configured format (protocol section 2, formats).
// Ingest calls it once for each record that is routed.

#include <cstdint>
#include <string>
#include <string_view>

#include "events/event.h"
#include "events/publish_format.h"

namespace hermod {

// The message payload to publish. `value` is the value of the record. The result is a view into
// `value` for kNotification and kEnvelope. For kEvent it is built in `scratch`, and `now_wall_ms`
// replaces a missing timestamp.
std::string_view published_text(const Event& event, std::string_view value, PublishFormat format,
                                int64_t now_wall_ms, std::string& scratch);

}  // namespace hermod
