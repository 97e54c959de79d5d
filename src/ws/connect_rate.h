#pragma once
// Limits how often a user may connect, with a token bucket per user. The bucket holds a multiple of
// the connections that the user may have at once, and is refilled over time. It limits the cost of
// new connections: an upgrade, a subscription, a replay. Owned by WsShared. It has no clock;
// the caller passes the time.
//
// Memory: 16 bytes for each user who connected within twice the time in which an empty bucket
// fills, for at most users_max users. Further users are not limited, because otherwise they would
// be refused for the load of others.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/upgrade.h"

namespace hermod {

struct ConnectLimits {
  uint32_t sets_max = 6;      // how often a user may open all its connections at once; 0: no limit
  int64_t set_ms = 10'000;    // time after which it may open all of them once more
  size_t users_max = 65'536;  // users tracked at the same time
};

// The refusal of a user who connects too often. Its bucket has capacity for several connections
// when the client should reconnect.
Refusal refusal_of_frequent_connects();

class ConnectRate {
 public:
  explicit ConnectRate(ConnectLimits limits) : limits_(limits) {}

  // Counts a new connection of a user who may have `set` connections. Returns false, and counts
  // nothing, if the user has connected too often.
  [[nodiscard]] bool admit(std::string_view user, size_t set, int64_t now_ms);

  // Whether admit() would return false. Counts nothing.
  bool is_used_up(std::string_view user, size_t set, int64_t now_ms) const;

 private:
  // A hash table with open addressing. A keyed hash replaces the user's name: two users share a
  // bucket with a probability of 2^-63.
  class Table {
   public:
    const int64_t* find(uint64_t hash) const;  // null if absent
    void set(uint64_t hash, int64_t used_until_us);
    size_t size() const { return size_; }

   private:
    struct Slot {
      uint64_t hash = 0;  // 0: free
      int64_t used_until_us = 0;
    };
    size_t index_of(uint64_t hash) const;
    void grow();

    std::vector<Slot> slots_;
    size_t size_ = 0;
  };

  // The time until which the user's bucket is used up if one more connection begins now.
  int64_t used_until_us(uint64_t hash, size_t set, int64_t now_us) const;
  bool fits(int64_t used_until_us, int64_t now_us) const {
    return used_until_us <= now_us + limits_.set_ms * 1000 * limits_.sets_max;
  }
  void rotate(int64_t now_ms);

  ConnectLimits limits_;
  Table current_;
  Table previous_;  // read-only; dropped after the time in which an empty bucket fills
  int64_t rotated_ms_ = 0;
};

}  // namespace hermod
