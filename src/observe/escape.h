#pragma once
// Text from outside, made fit for a log line or a terminal: no control character, no bidirectional
// override, no invalid UTF-8 gets through, and nothing is longer than it may be.

#include <cstddef>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr size_t kOutsideTextBytesMax = 256;

// Appends `text` as the inside of a JSON string, without its quotes: what could act on a terminal
// or break a line becomes \uXXXX, an invalid byte becomes U+FFFD. Beyond `bytes_max` bytes of
// `text` it is cut, on a character's border, and ends in U+2026.
void append_escaped(std::string& out, std::string_view text,
                    size_t bytes_max = kOutsideTextBytesMax);

// The same as a string of its own.
std::string escaped(std::string_view text, size_t bytes_max = kOutsideTextBytesMax);

// A whole text for a terminal: what could act becomes \uXXXX here too, but quotes, backslashes and
// tabs stay, so that a JSON text stays the same JSON.
std::string harmless(std::string_view text);

}  // namespace hermod
