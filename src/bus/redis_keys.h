#pragma once
// hermod's own names in Redis (contract section 2). A user's keys share one hash tag (UserTag).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bus/user_tag.h"

namespace hermod::redis_keys {

inline constexpr std::string_view kUserPrefix = "hermod:{";
inline constexpr std::string_view kStream = "}:stream";  // the texts that replay reads
inline constexpr std::string_view kLast = "}:last";   // the place given last; outlives the stream
inline constexpr std::string_view kMark = "}:mark";   // delivered up to here
inline constexpr std::string_view kSeen = "}:seen:";  // + event id
inline constexpr std::string_view kPos = "}:pos";     // channel: the place of the text that follows
inline constexpr std::string_view kCanaryPrefix =
    "hermod:canary:";  // channel, + one process's own word
inline constexpr std::string_view kSentinel =
    "hermod:sentinel";  // gone or changed: Redis lost its data

// How long `last` and `mark` are kept without a new text. They live alike: a mark that outlived
// `last` would stand above the places that are given anew.
inline constexpr uint64_t kMemorySeconds = 86'400;

// The user of a pos channel; `space` as for UserTag::user_of().
inline std::optional<std::string_view> pos_user(std::string_view channel, std::string& space) {
  if (channel.size() <= kUserPrefix.size() + kPos.size()) return std::nullopt;
  if (!channel.starts_with(kUserPrefix) || !channel.ends_with(kPos)) return std::nullopt;
  channel.remove_prefix(kUserPrefix.size());
  channel.remove_suffix(kPos.size());
  return UserTag::user_of(channel, space);
}

}  // namespace hermod::redis_keys
