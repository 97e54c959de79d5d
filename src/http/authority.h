#pragma once
// Validates the host and port of a request, in its Host header or in a target in absolute form
// (RFC 3986 section 3.2).

#include <string_view>

namespace hermod {

// True for "name", "1.2.3.4" and "[::1]", each with or without ":port". False for user information
// and for an empty host (RFC 9110 section 4.2).
bool is_authority(std::string_view text);

}  // namespace hermod
