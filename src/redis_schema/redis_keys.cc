#include "redis_schema/redis_keys.h"

#include <algorithm>
#include <cassert>

namespace hermod {
namespace {

constexpr size_t kPrefixBytesMax = 64;

bool is_prefix_letter(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':' || c == '-';
}

}  // namespace

RedisNames::RedisNames(std::string_view prefix, uint64_t database, std::string_view tag)
    : prefix_(prefix), database_(database), tag_(tag), own_channels_(prefix_ + ':') {
  assert(tag_.find_first_of("{}") == std::string::npos);
  const std::string braced = tag_.empty() ? std::string() : '{' + tag_ + '}';
  user_key_ = own_channels_ + '{';
  generation_ = own_channels_ + "generation" + (braced.empty() ? "" : ':' + braced);
  if (braced.empty()) former_generation_ = own_channels_ + "sentinel";
  routed_since_ = generation_ + ":routed_since";
  mode_ = generation_ + ":mode";
  replicated_ = generation_ + ":replicated";
  if (database != 0) own_channels_ += std::to_string(database) + ':';
  user_channel_ = own_channels_ + '{';
  canary_ = own_channels_ + "canary:" + (braced.empty() ? "" : braced + ':');
}

bool RedisNames::is_prefix(std::string_view text) {
  if (text.empty() || text.size() > kPrefixBytesMax) return false;
  return std::all_of(text.begin(), text.end(), is_prefix_letter);
}

std::string RedisNames::sweep(std::string_view process) const {
  const std::string name = prefix_ + ":sweep:" + std::string(process);
  return tag_.empty() ? name : name + ":{" + tag_ + '}';
}

namespace {

std::optional<std::string_view> user_between(std::string_view beginning, std::string_view name,
                                             std::string_view suffix, std::string& space) {
  if (name.size() <= beginning.size() + suffix.size()) return std::nullopt;
  if (!name.starts_with(beginning) || !name.ends_with(suffix)) return std::nullopt;
  name.remove_prefix(beginning.size());
  name.remove_suffix(suffix.size());
  return UserTag::user_of(name, space);
}

}  // namespace

std::optional<std::string_view> RedisNames::user_of(std::string_view channel,
                                                    std::string_view suffix,
                                                    std::string& space) const {
  return user_between(user_channel_, channel, suffix, space);
}

std::optional<std::string_view> RedisNames::presence_user(std::string_view key,
                                                          std::string& space) const {
  return user_between(user_key_, key, redis_keys::kPresence, space);
}

}  // namespace hermod
