#pragma once
// The name of a Redis channel with a placeholder for the user id: "teacher:{user}:notifications".
// Builds the channel name of a user, and finds the user id in a channel name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/result.h"
#include "redis_schema/publish_mode.h"
#include "redis_schema/redis_keys.h"

namespace hermod {

class ChannelPattern {
 public:
  // kConfiguration: not exactly one {user}, other braces, or a pattern that could match one of
  // hermod's own channels, which begin with `own` (REDIS_PREFIX).
  static Result<ChannelPattern> parse(std::string_view text,
                                      std::string_view own = redis_keys::kDefaultPrefix);

  std::string name(std::string_view user) const;

  // The user id, a view into `channel`; none if the name does not match.
  std::optional<std::string_view> match(std::string_view channel) const;

  // True if a channel name could match both patterns, so that its user would be ambiguous.
  bool overlaps(const ChannelPattern& other) const;

  bool operator==(const ChannelPattern&) const = default;

  const std::string& prefix() const { return prefix_; }
  const std::string& suffix() const { return suffix_; }

 private:
  std::string prefix_;
  std::string suffix_;
};

// Validates REDIS_PUBLISH_CHANNEL and REDIS_LISTEN_CHANNELS together: each is a pattern, `listen`
// contains `publish`, and no channel name matches two patterns of `listen`. `publish` may be empty,
// and is ignored in the mode kSharded.
Result<void> check_channels(std::string_view publish, const std::vector<std::string>& listen,
                            std::string_view own = redis_keys::kDefaultPrefix,
                            PublishMode mode = PublishMode::kClassic);

}  // namespace hermod
