#include "redis_schema/channel_pattern.h"

#include <algorithm>

namespace hermod {
namespace {

constexpr std::string_view kUser = "{user}";

Error refusal(std::string_view pattern, std::string_view why) {
  return {ErrorCode::kConfiguration,
          "the channel \"" + std::string(pattern) + "\" " + std::string(why)};
}

bool prefixes_meet(std::string_view a, std::string_view b) {
  return a.starts_with(b) || b.starts_with(a);
}

bool suffixes_meet(std::string_view a, std::string_view b) {
  return a.ends_with(b) || b.ends_with(a);
}

}  // namespace

Result<ChannelPattern> ChannelPattern::parse(std::string_view text, std::string_view own) {
  const size_t at = text.find(kUser);
  if (at == std::string_view::npos) return refusal(text, "does not contain {user}");
  ChannelPattern pattern;
  pattern.prefix_ = text.substr(0, at);
  pattern.suffix_ = text.substr(at + kUser.size());
  if ((pattern.prefix_ + pattern.suffix_).find_first_of("{}") != std::string::npos) {
    return refusal(text, "contains braces other than one {user}");
  }
  const std::string reserved = std::string(own) + ':';
  if (prefixes_meet(pattern.prefix_, reserved)) {
    return refusal(text,
                   "could match one of hermod's own channels, which begin with REDIS_PREFIX (" +
                       reserved + "...)");
  }
  return pattern;
}

std::string ChannelPattern::name(std::string_view user) const {
  std::string text;
  text.reserve(prefix_.size() + user.size() + suffix_.size());
  text.append(prefix_).append(user).append(suffix_);
  return text;
}

std::optional<std::string_view> ChannelPattern::match(std::string_view channel) const {
  if (channel.size() <= prefix_.size() + suffix_.size()) return std::nullopt;
  if (!channel.starts_with(prefix_) || !channel.ends_with(suffix_)) return std::nullopt;
  channel.remove_prefix(prefix_.size());
  channel.remove_suffix(suffix_.size());
  return channel;
}

bool ChannelPattern::overlaps(const ChannelPattern& other) const {
  return prefixes_meet(prefix_, other.prefix_) && suffixes_meet(suffix_, other.suffix_);
}

namespace {

Result<void> check_listen(const std::vector<std::string>& listen, std::string_view own) {
  std::vector<ChannelPattern> patterns;
  for (const std::string& text : listen) {
    auto pattern = ChannelPattern::parse(text, own);
    if (!pattern) {
      return Error{pattern.error().code, "REDIS_LISTEN_CHANNELS: " + pattern.error().message};
    }
    for (size_t i = 0; i < patterns.size(); ++i) {
      if (!patterns[i].overlaps(pattern.value())) continue;
      return Error{ErrorCode::kConfiguration, "REDIS_LISTEN_CHANNELS: \"" + listen[i] +
                                                  "\" and \"" + text +
                                                  "\" could match the same channel"};
    }
    patterns.push_back(pattern.take());
  }
  return {};
}

}  // namespace

Result<void> check_channels(std::string_view publish, const std::vector<std::string>& listen,
                            std::string_view own, PublishMode mode) {
  if (publish.empty() || mode == PublishMode::kSharded) return check_listen(listen, own);
  if (auto pattern = ChannelPattern::parse(publish, own); !pattern) {
    return Error{pattern.error().code, "REDIS_PUBLISH_CHANNEL: " + pattern.error().message};
  }
  if (auto checked = check_listen(listen, own); !checked) return checked;
  if (std::find(listen.begin(), listen.end(), publish) == listen.end()) {
    return Error{ErrorCode::kConfiguration,
                 "REDIS_LISTEN_CHANNELS must contain REDIS_PUBLISH_CHANNEL, \"" +
                     std::string(publish) + "\""};
  }
  return {};
}

}  // namespace hermod
