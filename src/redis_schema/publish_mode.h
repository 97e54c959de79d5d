#pragma once
// How hermod publishes its own messages (protocol section 2). All processes on one Redis use the
// same mode; RedisSharedState checks it.

#include <cstddef>
#include <string_view>

namespace hermod {

enum class PublishMode {
  kClassic,  // the stream id on `pos`, then the payload on REDIS_PUBLISH_CHANNEL
  kText,     // one message on `:text`, with PUBLISH
  kSharded,  // one message on `:text`, with SPUBLISH
};

// As stored in Redis and written in messages: classic, text, sharded.
constexpr std::string_view name_of(PublishMode mode) {
  constexpr std::string_view kNames[] = {"classic", "text", "sharded"};
  return kNames[static_cast<size_t>(mode)];
}

// The Redis command that publishes hermod's own messages, including the loopback probe.
constexpr std::string_view publish_command(PublishMode mode) {
  return mode == PublishMode::kSharded ? "SPUBLISH" : "PUBLISH";
}

}  // namespace hermod
