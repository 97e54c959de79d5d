#include "bus/user_tag.h"

namespace hermod {
namespace {

constexpr std::string_view kEscaped = "%{}";
constexpr size_t kEscapeBytes = 3;

std::string_view escape_of(char c) {
  if (c == '{') return "%7B";
  return c == '}' ? "%7D" : "%25";
}

std::optional<char> unescape(std::string_view escape) {
  for (const char c : kEscaped) {
    if (escape == escape_of(c)) return c;
  }
  return std::nullopt;
}

}  // namespace

UserTag::UserTag(std::string_view user) : text_(user) {
  size_t end = user.find_first_of(kEscaped);
  if (end == std::string_view::npos) return;
  for (; end != std::string_view::npos; end = user.find_first_of(kEscaped)) {
    escaped_.append(user.substr(0, end)).append(escape_of(user[end]));
    user.remove_prefix(end + 1);
  }
  text_ = escaped_.append(user);
}

std::optional<std::string_view> UserTag::user_of(std::string_view tag, std::string& space) {
  if (tag.find_first_of("{}") != std::string_view::npos) return std::nullopt;
  size_t end = tag.find('%');
  if (end == std::string_view::npos) return tag;
  space.clear();
  for (; end != std::string_view::npos; end = tag.find('%')) {
    const auto c = unescape(tag.substr(end, kEscapeBytes));
    if (!c) return std::nullopt;
    space.append(tag.substr(0, end)) += *c;
    tag.remove_prefix(end + kEscapeBytes);
  }
  return space.append(tag);
}

}  // namespace hermod
