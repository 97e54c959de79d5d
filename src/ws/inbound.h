#pragma once
// What a client sends: how much and how fast, and the one kind of message that is read at all. It
// comes in pieces of rx_buffer_size; nothing is kept of a message that cannot be an authentication,
// so an idle or chatting connection has no buffer.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/utf8_reader.h"

namespace hermod {

struct InboundLimits {
  size_t message_bytes_max = 64 * 1024;  // across fragments; 1009 above
  size_t kept_bytes_max = 9 * 1024;      // an authentication with the longest token
  uint32_t frames_per_second = 128;      // sustained; 1008 above
  uint32_t bytes_per_second = 256 * 1024;
  uint32_t burst_ms = 2'000;  // how long both may be exceeded without bound, as time's worth
};

class Inbound {
 public:
  enum class Keep : uint8_t { kCandidates, kEverything };
  enum class Kind : uint8_t { kText, kBinary };
  enum class Outcome : uint8_t {
    kMore,     // nothing to do
    kMessage,  // a kept message is complete: take_message()
    kTooBig,
    kTooFast,
    kNotText,  // a text that is not UTF-8
  };
  struct Piece {
    std::string_view bytes;
    Kind kind = Kind::kText;
    bool frame_ends = false;
    bool message_ends = false;
  };

  Outcome take(const Piece& piece, int64_t now_ms, const InboundLimits& limits, Keep keep);

  // A control frame: counts against the rate only. False: too fast.
  [[nodiscard]] bool count(size_t bytes, int64_t now_ms, const InboundLimits& limits);

  std::string take_message();

 private:
  enum class State : uint8_t { kIdle, kUndecided, kKeeping, kSkipping };

  bool is_text(const Piece& piece);
  void keep(std::string_view bytes, const InboundLimits& limits, Keep keep);
  bool admit(size_t frames, size_t bytes, int64_t now_ms, const InboundLimits& limits);

  std::unique_ptr<std::string> kept_;
  // The time up to which the frames taken so far use up the allowance.
  int64_t frames_until_us_ = 0;
  int64_t bytes_until_us_ = 0;
  uint32_t message_bytes_ = 0;
  State state_ = State::kIdle;
  Utf8Reader utf8_;
};

// The token of `{"type":"authenticate","token":"…"}`, empty where it has none; nullopt for any
// other text.
std::optional<std::string> parse_authenticate(std::string_view text);

}  // namespace hermod
