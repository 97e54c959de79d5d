#pragma once
// The names of hermod's own keys and channels (protocol section 2). The keys of a user share a hash
// tag (UserTag).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "redis_schema/user_tag.h"

namespace hermod {

namespace redis_keys {

inline constexpr std::string_view kDefaultPrefix = "hermod";
inline constexpr std::string_view kStream = "}:stream";  // the messages that replay reads
inline constexpr std::string_view kLast = "}:last";      // the last stream id; outlives the stream
inline constexpr std::string_view kAcked = "}:acked";    // the positions (cursor_script.cc)
// The user's position, as version 0.1.0 stores it. It is read and advanced until it expires.
inline constexpr std::string_view kMark = "}:mark";
// The hashes of the routed events (event_hash.h), in the sets of the even and of the odd periods.
inline constexpr std::string_view kRouted[] = {"}:routed:0", "}:routed:1"};
inline constexpr std::string_view kViewed = "}:viewed";  // what the user has seen (seen_script.cc)
inline constexpr std::string_view kSeen = "}:seen:";     // + event id: what versions before wrote
// The leases: a hash with the number of the user's connections in each process.
inline constexpr std::string_view kPresence = "}:presence";
// The second since 1970 up to which the user's tokens are revoked.
inline constexpr std::string_view kRevoked = "}:revoked";
inline constexpr std::string_view kPos = "}:pos";    // channel: the stream id of the next message
inline constexpr std::string_view kText = "}:text";  // channel: text_message.h

// The minimum lifetime of `last` and `acked` without a new message; never shorter than that of the
// stream. A stream that outlived the positions would be replayed to users who acknowledged it.
inline constexpr uint64_t kUserSeconds = 86'400;
// The lifetime of `presence`. A process with connections of the user renews it every 12 h.
inline constexpr uint64_t kPresenceSeconds = 86'400;

}  // namespace redis_keys

// The names that begin with REDIS_PREFIX. A database separates keys but not channels, so the
// channel names contain the number of the database if it is not 0.
class RedisNames {
 public:
  // `tag` is the hash tag of the names that belong to no user, so that they are in a slot of one
  // shard of a cluster: the generation key, those beside it, and the canary channel. Without
  // braces; empty: these names have no hash tag.
  explicit RedisNames(std::string_view prefix = redis_keys::kDefaultPrefix, uint64_t database = 0,
                      std::string_view tag = {});

  // True for a valid REDIS_PREFIX: 1 to 64 characters of A-Za-z0-9._:-
  static bool is_prefix(std::string_view text);

  const std::string& tag() const { return tag_; }
  void set_tag(std::string_view tag) { *this = RedisNames(prefix_, database_, tag); }

  // The part before the user id in a key, and in the name of one of hermod's own channels.
  const std::string& user_key() const { return user_key_; }
  const std::string& user_channel() const { return user_channel_; }

  // The generation key: its loss or change shows that Redis lost its data.
  const std::string& generation() const { return generation_; }

  // The Redis time in s since which processes store events in `routed` (RedisSharedState).
  const std::string& routed_since() const { return routed_since_; }
  // The publishing mode of all processes (RedisSharedState).
  const std::string& mode() const { return mode_; }

  // The key of the rounds that test whether the replicas have everything (redis_replicas).
  const std::string& replicated() const { return replicated_; }

  // The key of the process that removes the leases of a dead one.
  std::string sweep(std::string_view process) const;

  // The name of the generation key in version 0.1.0. Its value is copied to the new key, and the
  // old key stays, so that processes of both versions can use one Redis. Empty with a hash tag:
  // that version does not know clusters.
  const std::string& former_generation() const { return former_generation_; }

  // The canary channel of a process, without the id of the process.
  const std::string& canary() const { return canary_; }

  // The beginning of all hermod's own channels: "hermod:", or "hermod:1:" in database 1.
  const std::string& own_channels() const { return own_channels_; }

  // The user of a pos or a text channel, none for other channels; `space` as for
  // UserTag::user_of().
  std::optional<std::string_view> pos_user(std::string_view channel, std::string& space) const {
    return user_of(channel, redis_keys::kPos, space);
  }
  std::optional<std::string_view> text_user(std::string_view channel, std::string& space) const {
    return user_of(channel, redis_keys::kText, space);
  }
  // The user of a key `presence`; as above.
  std::optional<std::string_view> presence_user(std::string_view key, std::string& space) const;

 private:
  std::optional<std::string_view> user_of(std::string_view channel, std::string_view suffix,
                                          std::string& space) const;

  std::string prefix_;
  uint64_t database_;
  std::string tag_;
  std::string own_channels_;
  std::string user_key_;
  std::string user_channel_;
  std::string generation_;
  std::string former_generation_;
  std::string routed_since_;
  std::string mode_;
  std::string replicated_;
  std::string canary_;
};

}  // namespace hermod
