#pragma once
// RFC 8259 section 8.2 lets a string escape half of a surrogate pair, as what cuts a text in the
// middle of an emoji does; the parser we use refuses it. This lets such a text be validated.

#include <string>

namespace hermod {

// Rewrites each escape of a half that stands alone as letters, in place; `length` is the text's.
// Letters and not spaces: they are no more JSON outside a string than the escape was.
void mask_lone_surrogates(std::string& json, size_t length);

}  // namespace hermod
