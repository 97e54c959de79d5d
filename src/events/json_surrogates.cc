#include "events/json_surrogates.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <optional>
#include <string_view>

namespace hermod {
namespace {

constexpr size_t kEscapeBytes = 6;  // \uXXXX

std::optional<unsigned> escaped_unit(std::string_view text, size_t at) {
  if (at + kEscapeBytes > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
    return std::nullopt;
  }
  const char* first = text.data() + at + 2;
  const char* last = text.data() + at + kEscapeBytes;
  unsigned unit = 0;
  if (std::from_chars(first, last, unit, 16).ptr != last) return std::nullopt;
  return unit;
}

bool is_high(unsigned unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low(unsigned unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

}  // namespace

void mask_lone_surrogates(std::string& json, size_t length) {
  assert(length <= json.size());
  const std::string_view text = std::string_view(json).substr(0, length);
  for (size_t at = text.find('\\'); at < length; at = text.find('\\', at)) {
    const std::optional<unsigned> unit = escaped_unit(text, at);
    if (!unit || (!is_high(*unit) && !is_low(*unit))) {
      at += 2;
    } else if (is_high(*unit) && is_low(escaped_unit(text, at + kEscapeBytes).value_or(0))) {
      at += 2 * kEscapeBytes;
    } else {
      std::fill_n(json.begin() + static_cast<std::ptrdiff_t>(at), kEscapeBytes, 'x');
      at += kEscapeBytes;
    }
  }
}

}  // namespace hermod
