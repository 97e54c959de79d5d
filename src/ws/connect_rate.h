#pragma once
// How often a user may connect: a bucket a user, of as many connections as it may have at once,
// some times over, that fills up again with time. What it bounds is the work of a connection that
// begins: an upgrade, a subscription, a replay. Pure: time comes as an argument.
//
// Memory: 16 bytes a user who connected in the last two times that an empty bucket takes to fill,
// of users_max users at most. A user beyond them is not counted, since it would be refused for what
// others did.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hermod {

struct ConnectLimits {
  uint32_t sets_max = 6;      // how often a user may open all its connections at once, 0 = no limit
  int64_t set_ms = 10'000;    // after which it may open all of them once more
  size_t users_max = 65'536;  // remembered at a time
};

class ConnectRate {
 public:
  explicit ConnectRate(ConnectLimits limits) : limits_(limits) {}

  // A connection of a user who may have `set` of them begins. False: too many did, and nothing was
  // counted.
  [[nodiscard]] bool admit(std::string_view user, size_t set, int64_t now_ms);

  // Whether admit() would say no. Counts nothing.
  bool is_used_up(std::string_view user, size_t set, int64_t now_ms) const;

 private:
  // An open hash table. The hash is keyed and stands for the name: two users
  // share a bucket with a probability of one in 2^63.
  class Table {
   public:
    const int64_t* find(uint64_t hash) const;  // null: there is none
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

  // Until when the user's connections use its bucket up, with one that begins now.
  int64_t used_until_us(uint64_t hash, size_t set, int64_t now_us) const;
  bool fits(int64_t used_until_us, int64_t now_us) const {
    return used_until_us <= now_us + limits_.set_ms * 1000 * limits_.sets_max;
  }
  void turn_over(int64_t now_ms);

  ConnectLimits limits_;
  Table young_;
  Table old_;  // not written for the time that a bucket takes to fill, when it is dropped
  int64_t turned_over_ms_ = 0;
};

}  // namespace hermod
