#pragma once
// Limits the size and the rate of a client's messages, and collects those that hermod reads.
// Messages arrive in pieces of rx_buffer_size. Nothing is stored of a message of a plain client
// that cannot be an authentication, so most connections have no buffer. Owned by PeerInput.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/utf8_reader.h"

namespace hermod {

struct InboundLimits {
  size_t message_bytes_max = 64 * 1024;  // over all fragments; above: 1009
  size_t kept_bytes_max = 9 * 1024;      // the size of an authentication with the longest token
  size_t frame_bytes_max = 16 * 1024;    // of a client of hermod.v1: 256 of the longest ids
  uint32_t frames_per_second = 128;      // sustained rate; above: 1008
  uint32_t bytes_per_second = 256 * 1024;
  uint32_t burst_ms = 2'000;  // burst of both, as an amount of time at the sustained rate
};

class Inbound {
 public:
  enum class Keep : uint8_t {
    kCandidates,  // texts that can be an authentication
    kFrames,      // texts, of a client of hermod.v1
    kEverything,
  };
  enum class Kind : uint8_t { kText, kBinary };
  enum class Outcome : uint8_t {
    kMore,     // nothing to do
    kMessage,  // a kept message is complete: take_message()
    kTooLong,  // a text of kFrames above frame_bytes_max; it is ignored
    kTooBig,
    kTooFast,
    kNotText,  // a text message that is not UTF-8
  };
  struct Piece {
    std::string_view bytes;
    Kind kind = Kind::kText;
    bool frame_ends = false;
    bool message_ends = false;
  };

  Outcome take(const Piece& piece, int64_t now_ms, const InboundLimits& limits, Keep keep);

  // Counts a control frame against the rate. False: the rate is exceeded.
  [[nodiscard]] bool count(size_t bytes, int64_t now_ms, const InboundLimits& limits);

  std::string take_message();

 private:
  enum class State : uint8_t { kIdle, kUndecided, kKeeping, kSkipping, kTooLong };

  bool is_text(const Piece& piece);
  void keep(std::string_view bytes, const InboundLimits& limits, Keep keep);
  bool admit(size_t frames, size_t bytes, int64_t now_ms, const InboundLimits& limits);

  std::unique_ptr<std::string> kept_;
  // The times until which the frames and the bytes received so far use up the allowance.
  int64_t frames_until_us_ = 0;
  int64_t bytes_until_us_ = 0;
  uint32_t message_bytes_ = 0;
  State state_ = State::kIdle;
  Utf8Reader utf8_;
};

// The token of `{"type":"authenticate","token":"…"}`, empty if the field is missing. nullopt for
// any other message.
std::optional<std::string> parse_authenticate(std::string_view text);

}  // namespace hermod
