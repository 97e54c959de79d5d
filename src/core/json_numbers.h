#pragma once
// RFC 8259 sets no bound on a number's size; the parser we use does. This lets a text with numbers
// beyond 64 bits be validated all the same.

#include <string>
#include <string_view>

namespace hermod {

// Rewrites each number outside strings that is well formed (RFC 8259 section 6) as a 0 padded with
// spaces, in place; what is malformed stays as it is, for the parser to find.
void blank_numbers(std::string& json, size_t length);

}  // namespace hermod
