#pragma once
// Finds the message payloads that a user's clients refuse as too large. A client that closes with
// 1009 is replayed its unacknowledged messages when it reconnects, and would refuse them again
// without end.
//
//   - After the first refusal, any payload up to the last one sent may be the cause. The user's
//     next connections are sent one message at a time, each after the pong to the one before.
//   - After a second refusal on such a connection, the one message that is not acknowledged is the
//     cause. From then on it is replaced by a notifications_dropped notice.
//   - When the user has acknowledged everything up to the refused message, the entry is removed.
//
// Owned by Hub. Bounded in the number of users (the oldest entry is removed) and in time.

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
  static constexpr size_t kUsersMax = 1024;
  static constexpr int64_t kKeptMs = 86'400'000;  // as long as an acknowledged position lives

  // A client of `user` refused a payload. Everything up to `upto` had been sent, and a part of it
  // was not acknowledged; with `alone`, only the message at `upto` was not acknowledged. Returns
  // true if that message is skipped from now on.
  bool add(std::string_view user, StreamId upto, bool alone, int64_t now_ms);

  // Whether the user's connections are sent one message at a time.
  bool concerns(std::string_view user, int64_t now_ms) const;

  // Whether the message at `stream_id` is replaced by a notice.
  bool skips(std::string_view user, StreamId stream_id) const;

  // The ack cursor of the user has advanced to `upto`.
  void on_acknowledged(std::string_view user, StreamId upto) {
    if (!users_.empty()) remove_acknowledged(user, upto);
  }

  bool empty() const { return users_.empty(); }
  size_t size() const { return users_.size(); }

 private:
  struct Refusal {
    StreamId upto;     // the refused payload has this stream id or an earlier one
    StreamId skipped;  // null: the refused payload is not known yet
    int64_t at_ms = 0;
  };

  void make_room(int64_t now_ms);
  void remove_acknowledged(std::string_view user, StreamId upto);

  std::unordered_map<std::string, Refusal, TextHash, std::equal_to<>> users_;
};

}  // namespace hermod
