#pragma once
// RFC 8259 section 8.2 allows a string to contain the escape of half a surrogate pair. Programs
// that truncate a string in the middle of an emoji write such escapes, and simdjson's DOM parser
// rejects them. JsonValidator replaces them, so that the rest of the JSON can be validated.

#include <string>

namespace hermod {

// Replaces in place each escape of a lone surrogate by letters. `length` is the length of the JSON
// in the buffer. Letters are used instead of spaces, because outside a string they are as invalid
// as the escape.
void mask_lone_surrogates(std::string& json, size_t length);

}  // namespace hermod
