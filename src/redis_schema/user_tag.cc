#include "redis_schema/user_tag.h"

#include <algorithm>

namespace hermod {
namespace {

constexpr size_t kEscapeBytes = 3;

constexpr bool is_escaped(char c) {
  return c == '{' || c == '}' || c == '%';
}

size_t find_escaped(std::string_view text) {
  const auto found = std::find_if(text.begin(), text.end(), is_escaped);
  return found == text.end() ? std::string_view::npos : static_cast<size_t>(found - text.begin());
}

std::string_view escape_of(char c) {
  if (c == '{') return "%7B";
  return c == '}' ? "%7D" : "%25";
}

std::optional<char> unescape(std::string_view escape) {
  for (const char c : {'%', '{', '}'}) {
    if (escape == escape_of(c)) return c;
  }
  return std::nullopt;
}

}  // namespace

UserTag::UserTag(std::string_view user) : text_(user) {
  size_t end = find_escaped(user);
  if (end == std::string_view::npos) return;
  for (; end != std::string_view::npos; end = find_escaped(user)) {
    escaped_.append(user.substr(0, end)).append(escape_of(user[end]));
    user.remove_prefix(end + 1);
  }
  text_ = escaped_.append(user);
}

std::optional<std::string_view> UserTag::user_of(std::string_view tag, std::string& space) {
  size_t end = find_escaped(tag);
  if (end == std::string_view::npos) return tag;
  space.clear();
  for (; end != std::string_view::npos; end = find_escaped(tag)) {
    const auto c = unescape(tag.substr(end, kEscapeBytes));
    if (!c) return std::nullopt;
    space.append(tag.substr(0, end)) += *c;
    tag.remove_prefix(end + kEscapeBytes);
  }
  return space.append(tag);
}

}  // namespace hermod
