#pragma once
// RFC 8259 does not limit the size of numbers, but simdjson's DOM parser rejects those beyond
// 64 bits. JsonValidator replaces them, so that the rest of the JSON can be validated.

#include <string>
#include <string_view>

namespace hermod {

// Replaces in place each well-formed number outside strings (RFC 8259 section 6) by a 0 padded with
// spaces. Malformed numbers stay unchanged, so that the parser rejects them. `length` is the length
// of the JSON in the buffer.
void blank_numbers(std::string& json, size_t length);

}  // namespace hermod
