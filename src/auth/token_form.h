#pragma once
// The outer form of a token (protocol section 3): three non-empty parts in canonical unpadded
// base64url, at most 8 KiB. It is checked before any key, parser or library sees the token, because
// libraries are lenient: one that ignores junk after a signature would accept many texts for one
// token.

#include <cstddef>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr size_t kTokenBytesMax = size_t{8} * 1024;

// The decoded parts. The caller reuses the object, so that a token needs no allocation.
struct TokenParts {
  std::string_view signed_text;  // encoded header and payload; points into the token
  std::string header;
  std::string payload;
  std::string signature;
};

// Returns false if `token` does not have this form; `parts` is then unspecified.
[[nodiscard]] bool split_token(std::string_view token, TokenParts& parts);

}  // namespace hermod
