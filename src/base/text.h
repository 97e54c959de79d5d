#pragma once
// Text from outside: is it UTF-8, and where may it be cut.

#include <cstddef>
#include <string_view>

namespace hermod {

// What some editors put in front of a file in UTF-8 (RFC 8259 section 8.1: JSON has none).
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_utf8(std::string_view text);  // RFC 3629: no overlong forms, no surrogates, up to U+10FFFF

// The longest prefix of at most `bytes_max` bytes that does not end inside a character. `text` is
// UTF-8.
std::string_view cut_utf8(std::string_view text, size_t bytes_max);

// Without the white space of JSON (RFC 8259 section 2) at its end.
std::string_view trim_json_end(std::string_view text);

}  // namespace hermod
