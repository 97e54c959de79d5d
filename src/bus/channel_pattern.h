#pragma once
// The name of a channel with the user's id left open: "teacher:{user}:notifications". Names a
// user's channel, and finds the user in a channel's name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/redis_keys.h"
#include "hermod/result.h"

namespace hermod {

class ChannelPattern {
 public:
  // Refused: not exactly one {user}, other braces, a name that could fall among hermod's own
  // channels, which begin with `own` (REDIS_PREFIX).
  static Result<ChannelPattern> parse(std::string_view text,
                                      std::string_view own = redis_keys::kDefaultPrefix);

  std::string name(std::string_view user) const;

  // The user whose channel this is; a view into `channel`.
  std::optional<std::string_view> match(std::string_view channel) const;

  // Whether some channel's name belongs to both, so that its user is not certain.
  bool overlaps(const ChannelPattern& other) const;

  bool operator==(const ChannelPattern&) const = default;

  const std::string& prefix() const { return prefix_; }
  const std::string& suffix() const { return suffix_; }

 private:
  std::string prefix_;
  std::string suffix_;
};

// What REDIS_PUBLISH_CHANNEL and REDIS_LISTEN_CHANNELS must fulfil together: each a pattern, the
// first one of the others, no two that could name the same channel.
Result<void> check_channels(std::string_view publish, const std::vector<std::string>& listen,
                            std::string_view own = redis_keys::kDefaultPrefix);

}  // namespace hermod
