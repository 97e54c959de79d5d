#include "events/json_numbers.h"

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// number = [ "-" ] int [ "." 1*DIGIT ] [ ("e"/"E") [ "-"/"+" ] 1*DIGIT ], RFC 8259 section 6.
bool is_number(std::string_view text) {
  size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const size_t first = at;
  at = skip_digits(text, at);
  if (at == first || (text[first] == '0' && at > first + 1)) return false;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = ++at;
    at = skip_digits(text, at);
    if (at == fraction) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t exponent = at;
    at = skip_digits(text, at);
    if (at == exponent) return false;
  }
  return at == text.size();
}

size_t end_of_string(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at;
}

}  // namespace

void blank_numbers(std::string& json, size_t length) {
  assert(length <= json.size());
  const std::string_view text = std::string_view(json).substr(0, length);
  for (size_t at = 0; at < length; ++at) {
    if (text[at] == '"') {
      at = end_of_string(text, at);
      continue;
    }
    if (text[at] != '-' && !is_digit(text[at])) continue;
    const size_t end = std::min(text.find_first_not_of("0123456789+-.eE", at), length);
    if (is_number(text.substr(at, end - at))) {
      json[at] = '0';
      std::fill(json.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                json.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    at = end - 1;
  }
}

}  // namespace hermod
