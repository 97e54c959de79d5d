#pragma once
// The host and port of a request: of its Host header and of a target in absolute form (RFC 3986
// section 3.2).

#include <string_view>

namespace hermod {

// "name", "1.2.3.4" or "[::1]", each with or without ":port". User information is malformed, and so
// is an empty host (RFC 9110 section 4.2).
bool is_authority(std::string_view text);

}  // namespace hermod
