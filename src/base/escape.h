#pragma once
// Makes external text safe for a log line or a terminal: no control characters, no bidirectional
// overrides, no invalid UTF-8, and a limited length.

#include <cstddef>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr size_t kOutsideTextBytesMax = 256;

// Appends `text` as the content of a JSON string, without quotes. Characters that could control a
// terminal or break a line become \uXXXX; an invalid byte becomes U+FFFD. After `bytes_max` bytes
// of `text`, it is truncated at a character boundary, and U+2026 is appended.
void append_escaped(std::string& out, std::string_view text,
                    size_t bytes_max = kOutsideTextBytesMax);

// The same, returned as a string.
std::string escaped(std::string_view text, size_t bytes_max = kOutsideTextBytesMax);

// Makes a text safe for a terminal, without truncating it. Characters that could control the
// terminal become \uXXXX, but quotes, backslashes and tabs stay, so JSON remains the same JSON.
std::string harmless(std::string_view text);

}  // namespace hermod
