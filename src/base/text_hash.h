#pragma once
// A hash for strings in unordered containers. A map of strings can be searched with a string_view,
// without a copy. The hash has the key of this process, so that clients cannot choose strings that
// collide and make each look-up linear.

#include <string_view>

#include "base/sip_hash.h"

namespace hermod {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return sip_hash(text, process_sip_key()); }
};

}  // namespace hermod
