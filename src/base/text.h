#pragma once
// Helpers for external text: validation of UTF-8, truncation, trimming.

#include <cstddef>
#include <string_view>

namespace hermod {

// The byte order mark that some editors write at the start of a file (RFC 8259 section 8.1 forbids
// it in JSON).
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_utf8(std::string_view text);  // RFC 3629: no overlong forms, no surrogates, up to U+10FFFF

// The longest prefix of at most `bytes_max` bytes that does not end inside a character.
// Precondition: `text` is UTF-8.
std::string_view cut_utf8(std::string_view text, size_t bytes_max);

// Removes the first word and the space after it from `words`, and returns the word.
std::string_view take_word(std::string_view& words);

// `text` without trailing JSON white space (RFC 8259 section 2).
std::string_view trim_json_end(std::string_view text);

}  // namespace hermod
