#pragma once
// hermod's own names in Redis (protocol section 2). A user's keys share one hash tag (UserTag).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bus/user_tag.h"

namespace hermod {

namespace redis_keys {

inline constexpr std::string_view kDefaultPrefix = "hermod";
inline constexpr std::string_view kStream = "}:stream";  // the texts that replay reads
inline constexpr std::string_view kLast = "}:last";   // the place given last; outlives the stream
inline constexpr std::string_view kMark = "}:mark";   // delivered up to here
inline constexpr std::string_view kSeen = "}:seen:";  // + event id
inline constexpr std::string_view kPos = "}:pos";     // channel: the place of the text that follows

// How long `last` and `mark` are kept without a new text, at least: never shorter than the stream.
// A stream that outlived the mark would be replayed to users who have acknowledged it.
inline constexpr uint64_t kUserSeconds = 86'400;

}  // namespace redis_keys

// The names that begin with REDIS_PREFIX. Keys are told apart by their database, channels are not:
// in another database than 0 the channels carry its number.
class RedisNames {
 public:
  explicit RedisNames(std::string_view prefix = redis_keys::kDefaultPrefix, uint64_t database = 0);

  // What REDIS_PREFIX must be: 1 to 64 characters of A-Za-z0-9._:-
  static bool is_prefix(std::string_view text);

  // In front of a user's id, in a key and in the name of a channel of hermod's own.
  const std::string& user_key() const { return user_key_; }
  const std::string& user_channel() const { return user_channel_; }

  // The key whose loss or change shows that Redis lost its data.
  const std::string& generation() const { return generation_; }

  // The channel of a canary, + the word of one process.
  const std::string& canary() const { return canary_; }

  // What all channels of hermod's own begin with: "hermod:", with a database "hermod:1:".
  const std::string& own_channels() const { return own_channels_; }

  // The user of a pos channel; `space` as for UserTag::user_of().
  std::optional<std::string_view> pos_user(std::string_view channel, std::string& space) const;

 private:
  std::string own_channels_;
  std::string user_key_;
  std::string user_channel_;
  std::string generation_;
  std::string canary_;
};

}  // namespace hermod
