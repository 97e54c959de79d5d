#pragma once
// Base64url without padding (RFC 4648 section 5), in canonical form only: each byte string has
// exactly one encoding.

#include <string>
#include <string_view>

namespace hermod {

std::string base64url_encode(std::string_view bytes);

// Decodes `text` and appends the result to `bytes`. Returns false, with `bytes` unspecified, if
// `text` is not canonical: padding, other characters, an impossible length, or unused bits that are
// not zero.
[[nodiscard]] bool base64url_decode(std::string_view text, std::string& bytes);

}  // namespace hermod
