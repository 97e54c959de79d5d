#pragma once
// The outer form of a token (protocol section 3): three non-empty parts in canonical unpadded
// base64url, at most 8 KiB. It is judged before any key, parser or library sees the token, since
// libraries are lenient here: what one of them takes for junk behind a signature would make many
// texts of one token.

#include <cstddef>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr size_t kTokenBytesMax = size_t{8} * 1024;

// The parts, decoded. Kept by the caller from token to token, so that nothing is allocated for
// each.
struct TokenParts {
  std::string_view signed_text;  // header and payload as they stand in the token, which outlives it
  std::string header;
  std::string payload;
  std::string signature;
};

// False where `token` has not the form; `parts` is in an unspecified state then.
[[nodiscard]] bool split_token(std::string_view token, TokenParts& parts);

}  // namespace hermod
