#pragma once
// The bytes that go out for an event (protocol section 2, formats).

#include <cstdint>
#include <string>
#include <string_view>

#include "core/event.h"
#include "core/format.h"

namespace hermod {

// The text to publish. A view into `value` for notification and envelope; for event it is built in
// `scratch`, with `now_wall_ms` standing in for a missing timestamp. `value` is the record's.
std::string_view published_text(const Event& event, std::string_view value, Format format,
                                int64_t now_wall_ms, std::string& scratch);

}  // namespace hermod
