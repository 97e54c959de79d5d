#pragma once
// Mistakes of copying that leave a text plausible: quotes of a shell, the blank of a template, the
// line end of an editor.

#include <string_view>

namespace hermod {

// What is around `text` and hardly meant, as the rest of a sentence ("is in quotes"); empty: it is
// clean, or it is binary and not a text.
std::string_view text_flaw(std::string_view text);

}  // namespace hermod
