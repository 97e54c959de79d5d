#pragma once
// Limits of a TOML text, checked before it is parsed: toml++ recurses for each dot of a key and for
// each nested table, and a configuration may be hostile or damaged.

#include <cstddef>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct TomlLimits {
  size_t line_bytes_max = size_t{64} * 1024;
  size_t dots_max = 64;    // outside strings and comments, in the whole text
  size_t nesting_max = 8;  // brackets and braces that are open at once
};

// The error completes "the file PATH, which …" and contains a line number, but nothing of the text.
Result<void> check_toml_shape(std::string_view text, const TomlLimits& limits = {});

}  // namespace hermod
