#pragma once
// The frames of the sub-protocol hermod.v1 that hermod sends (protocol section 3): the text of one
// JSON object each, with its `type`. Pure functions.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "hermod/result.h"

namespace hermod {

struct Welcome {
  std::string_view connection;
  std::string_view user;
  std::string_view device;  // empty: none
  int64_t expires_at_ms = 0;
  int64_t heartbeat_ms = 0;
  std::optional<uint64_t> replaying;  // the notifications that are about to be replayed
};
std::string welcome_frame(const Welcome& welcome);

// A frame `notification` is this head, the message payload as it was published, and the end. The
// head is built for each message, so it needs no allocation.
struct NotificationFacts {
  StreamId stream_id;  // null: the notification has none
  bool replayed = false;
  bool seen = false;
};
class NotificationHead {
 public:
  explicit NotificationHead(const NotificationFacts& facts);
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  void append(std::string_view text);
  void append(uint64_t number);

  std::array<char, 144> text_;
  size_t size_ = 0;
};
inline constexpr std::string_view kNotificationEnd = "}";

std::string seen_frame(std::span<const StreamId> ids);
std::string dropped_frame(uint64_t count);
inline constexpr std::string_view kDegradedFrame = R"({"type":"degraded"})";
inline constexpr std::string_view kRestoredFrame = R"({"type":"restored"})";

// Plain clients get it too.
std::string authenticated_frame(int64_t expires_at_ms);

std::string error_frame(ErrorCode code, std::string_view message);

struct Goodbye {
  uint16_t code = 0;        // of the close frame that follows
  std::string_view reason;  // the text of that close frame
  std::optional<int64_t> retry_after_ms = {};
};
std::string goodbye_frame(const Goodbye& goodbye);

}  // namespace hermod
