#pragma once
// The leases that Redis may not have yet. At most one write of a user is in flight, so that the
// last one stays; a lease that changes in the meantime is written again. RedisLeases owns it and
// sends the leases.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text_hash.h"
#include "base/user_predicate.h"
#include "bus/lease.h"

namespace hermod {

class LeaseQueue {
 public:
  struct Lease {
    uint32_t count = 0;  // these three as in LeaseRequest
    uint32_t held = 0;
    uint32_t limit = 0;
    int64_t since_ms = 0;  // steady: when lease() was called
    bool ready = false;    // it waits to be sent, now or after a delay
    bool changed = false;  // since it was sent
    uint8_t removals = 0;  // of dead processes, since lease() was called

    bool asked() const { return held < count; }  // the caller waits for the answer
  };
  using Entry = std::pair<const std::string, Lease>;

  // Returns the entry of the user, which is valid until it is removed.
  Entry& set(const LeaseRequest& request, int64_t now_ms);

  bool has_ready() const { return !ready_.empty(); }
  size_t in_flight() const { return flight_.size(); }
  size_t size() const { return leases_.size(); }

  // Moves the next entry to those in flight. Precondition: has_ready().
  Entry& send();
  // The oldest write in flight was answered or lost. Null: the user was released. finish(), retry()
  // or delay() must follow.
  Entry* pop();

  void finish(Entry& entry);  // Redis has it: removed, or ready again if it has changed
  void retry(Entry& entry);   // ready again
  void delay(Entry& entry);   // ready after the next resume_delayed()
  void resume_delayed();

  // The users for whom a caller waits, and the numbers that they asked for.
  std::vector<std::pair<std::string, uint32_t>> asked() const;
  // Everything counts as granted: no caller waits any more.
  void keep_all();
  // Nothing counts as granted, and all are sent again.
  void ask_all();

  // Removes and returns the leases of the users for which `leaves` returns true.
  std::vector<std::pair<std::string, Lease>> release(const UserPredicate& leaves);

 private:
  void make_ready(Entry& entry);

  std::unordered_map<std::string, Lease, TextHash, std::equal_to<>> leases_;
  std::deque<Entry*> ready_;
  std::vector<Entry*> delayed_;
  std::deque<Entry*> flight_;  // in the order in which they were sent; null: released
};

}  // namespace hermod
