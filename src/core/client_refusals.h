#pragma once
// The message payloads that users' clients refuse as too large: a client that closes with 1009 is
// replayed what it has not acknowledged when it returns, and would refuse it again, without end.
//
//   - the first refusal: some payload up to the last one sent is the cause. The user's next
//     connections are sent one message at a time, each after the answer to the one before;
//   - the second refusal, on such a connection: the one message that is not acknowledged is the
//     cause. It is skipped from then on, and announced in its place;
//   - the user has acknowledged everything up to there: forgotten.
//
// Bounded in the number of users (the oldest entry goes) and in time.

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

  // A client of `user` refused a payload while everything up to `upto` was sent and something was
  // not acknowledged; `alone`: the message at `upto` was the only one. True: it is skipped now.
  bool add(std::string_view user, StreamId upto, bool alone, int64_t now_ms);

  // Whether the user's connections are sent one message at a time.
  bool concerns(std::string_view user, int64_t now_ms) const;

  bool skips(std::string_view user, StreamId stream_id) const;

  void on_acknowledged(std::string_view user, StreamId upto);

  bool empty() const { return users_.empty(); }
  size_t size() const { return users_.size(); }

 private:
  struct Refusal {
    StreamId upto;     // the refused payload is not later
    StreamId skipped;  // null: not known yet
    int64_t at_ms = 0;
  };

  void make_room(int64_t now_ms);

  std::unordered_map<std::string, Refusal, TextHash, std::equal_to<>> users_;
};

}  // namespace hermod
