#pragma once

#include <string_view>

namespace hermod {

// The bytes of a text, as the functions of OpenSSL take them.
inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace hermod
