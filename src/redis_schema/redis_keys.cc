#include "redis_schema/redis_keys.h"

#include <algorithm>

namespace hermod {
namespace {

constexpr size_t kPrefixBytesMax = 64;

bool is_prefix_letter(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':' || c == '-';
}

}  // namespace

RedisNames::RedisNames(std::string_view prefix, uint64_t database)
    : own_channels_(std::string(prefix) + ':') {
  user_key_ = own_channels_ + '{';
  generation_ = own_channels_ + "generation";
  former_generation_ = own_channels_ + "sentinel";
  routed_since_ = generation_ + ":routed_since";
  mode_ = generation_ + ":mode";
  if (database != 0) own_channels_ += std::to_string(database) + ':';
  user_channel_ = own_channels_ + '{';
  canary_ = own_channels_ + "canary:";
}

bool RedisNames::is_prefix(std::string_view text) {
  if (text.empty() || text.size() > kPrefixBytesMax) return false;
  return std::all_of(text.begin(), text.end(), is_prefix_letter);
}

std::optional<std::string_view> RedisNames::pos_user(std::string_view channel,
                                                     std::string& space) const {
  if (channel.size() <= user_channel_.size() + redis_keys::kPos.size()) return std::nullopt;
  if (!channel.starts_with(user_channel_) || !channel.ends_with(redis_keys::kPos)) {
    return std::nullopt;
  }
  channel.remove_prefix(user_channel_.size());
  channel.remove_suffix(redis_keys::kPos.size());
  return UserTag::user_of(channel, space);
}

}  // namespace hermod
