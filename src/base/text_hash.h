#pragma once
// Hashes a text for a table, so that an unordered_map of strings can be searched by string_view
// without a copy. The texts come from outside: without the process' key nobody can choose some that
// collide, which would make each look-up walk them all.

#include <string_view>

#include "base/sip_hash.h"

namespace hermod {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return sip_hash(text, process_sip_key()); }
};

}  // namespace hermod
