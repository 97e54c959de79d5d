#pragma once
// Base64url without padding (RFC 4648 section 5), in canonical form only: one text for each byte
// string.

#include <string>
#include <string_view>

namespace hermod {

std::string base64url_encode(std::string_view bytes);

// Appends what `text` stands for to `bytes`. False, with `bytes` in an unspecified state, for
// anything but the canonical form: padding, other characters, an impossible length, unused bits
// that are not zero.
[[nodiscard]] bool base64url_decode(std::string_view text, std::string& bytes);

}  // namespace hermod
