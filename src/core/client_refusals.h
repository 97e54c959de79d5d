#pragma once
// Finds the message payloads that a user's device refuses as too large. A client that closes with
// 1009 is replayed its unacknowledged messages when it reconnects, and would refuse them again
// without end.
//
//   - After the first refusal, any payload up to the last one sent may be the cause. The next
//     connections of the device are sent one message at a time, each after the pong to the one
//     before, until they have acknowledged that last one.
//   - After a second refusal on such a connection, the one message that is not acknowledged is the
//     cause. From then on it is replaced by a notifications_dropped notice.
//
// All clients of a user that do not name their device are one device. Owned by Hub. Bounded in the
// number of devices (the oldest entry is removed) and in time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/stream_id.h"
#include "base/text_hash.h"

namespace hermod {

class ClientRefusals {
 public:
  static constexpr size_t kDevicesMax = 1024;
  static constexpr int64_t kKeptMs = 86'400'000;  // as long as an acknowledged position lives

  struct Device {
    std::string_view user;
    std::string_view name;  // empty: the client names none
  };

  // A client refused a payload. Everything up to `upto` had been sent, and a part of it was not
  // acknowledged; with `alone`, only the message at `upto` was not acknowledged. Returns true if
  // that message is skipped from now on.
  bool add(const Device& device, StreamId upto, bool alone, int64_t now_ms);

  // Whether a connection that has acknowledged everything up to `position` is sent one message at a
  // time.
  bool concerns(const Device& device, StreamId position, int64_t now_ms) const {
    return !devices_.empty() && find(device, position, now_ms);
  }

  // Whether the message at `stream_id` is replaced by a notice.
  bool skips(const Device& device, StreamId stream_id) const;

  bool empty() const { return devices_.empty(); }
  size_t size() const { return devices_.size(); }

 private:
  struct Refusal {
    StreamId upto;     // the refused payload has this stream id or an earlier one
    StreamId skipped;  // null: the refused payload is not known yet
    int64_t at_ms = 0;
  };

  void make_room(int64_t now_ms);
  bool find(const Device& device, StreamId position, int64_t now_ms) const;

  std::unordered_map<std::string, Refusal, TextHash, std::equal_to<>> devices_;
};

}  // namespace hermod
