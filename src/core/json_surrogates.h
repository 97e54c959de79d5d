#pragma once
// RFC 8259 section 8.2 allows a string to escape half of a surrogate pair, which programs write
// that truncate a string in the middle of an emoji. simdjson's DOM parser rejects it. Replacing
// such escapes lets the rest of the JSON be validated.

#include <string>

namespace hermod {

// Replaces in place each escape of a lone surrogate by letters. `length` is the length of the JSON
// in the buffer. Letters rather than spaces, because letters outside a string are as invalid as
// the escape was.
void mask_lone_surrogates(std::string& json, size_t length);

}  // namespace hermod
