#pragma once
// Parsing of the small parts of external text: numbers, percent-encoding, white space.

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace hermod {

// Parses the whole of `text` as a decimal number, without a sign unless it is "-" and Number is
// signed. Returns nullopt if `text` is empty, has other characters, or is out of Number's range.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The value of a hexadecimal digit in either case, or nullopt.
std::optional<int> hex_digit(char c);

// Replaces each %XX by its byte (RFC 3986 section 2.1). Returns nullopt if a % is not followed by
// two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

// `text` without blanks at its ends. The default blanks are those of RFC 9110 section 5.6.3.
std::string_view trim_blanks(std::string_view text, std::string_view blanks = " \t");

}  // namespace hermod
