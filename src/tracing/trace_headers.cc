#include "tracing/trace_headers.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/parse.h"

namespace hermod {
namespace {

constexpr std::array<std::string_view, 4> kOwnNames = {"content-type", "content-length", "expect",
                                                       "transfer-encoding"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_char(char c) {
  const bool letter = lower(c) >= 'a' && lower(c) <= 'z';
  const bool digit = c >= '0' && c <= '9';
  return letter || digit || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_name(std::string_view name) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char)) return false;
  std::string lowered(name);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return std::find(kOwnNames.begin(), kOwnNames.end(), lowered) == kOwnNames.end();
}

bool is_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

std::optional<HttpField> parse_field(std::string_view item) {
  const size_t equals = item.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view name = trim_blanks(item.substr(0, equals));
  const auto value = percent_decode(trim_blanks(item.substr(equals + 1)));
  if (!is_name(name) || !value || !is_value(*value)) return std::nullopt;
  return HttpField(name, *value);
}

}  // namespace

std::optional<std::vector<HttpField>> parse_trace_headers(std::string_view text) {
  std::vector<HttpField> fields;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trim_blanks(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (item.empty()) continue;
    auto field = parse_field(item);
    if (!field) return std::nullopt;
    fields.push_back(*std::move(field));
  }
  return fields;
}

}  // namespace hermod
