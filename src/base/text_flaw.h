#pragma once
// Detects copy-and-paste mistakes in a value: quotes of a shell, a placeholder of a template, the
// line end of an editor.

#include <string_view>

namespace hermod {

// The mistake at the edges of `text`, as the end of a sentence ("is in quotes"). Empty if there is
// none, or if `text` is binary.
std::string_view text_flaw(std::string_view text);

}  // namespace hermod
