#pragma once
// When the signatures of public keys are checked, which take up to a millisecond each. Checks that
// fail are charged to a share of the loop's time; while it is used up, requests with unknown tokens
// wait, one of each address in turn. A good token is never charged and never refused: it waits at
// most for those of its address that came before it. Pure: time comes as an argument.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "http/ip_address.h"

namespace hermod {

class Connection;

struct CheckQueueLimits {
  int64_t us_per_s = 200'000;  // what failed checks may take of each second
  int64_t us_max = 50'000;     // and at once, after a time without any
};

class CheckQueue {
 public:
  explicit CheckQueue(CheckQueueLimits limits) : limits_(limits), left_us_(limits.us_max) {}

  // Whether a check may be made at once.
  bool is_free(int64_t now_ms) { return order_.empty() && has_share(now_ms); }

  // Whether there is anything left of the share.
  bool has_share(int64_t now_ms);

  // A check failed.
  void charge(int64_t us) { left_us_ -= us; }

  void add(const IpAddress& client, Connection& connection);
  void remove(const IpAddress& client, const Connection& connection);

  // Takes out whose turn it is; nullptr where no one waits.
  Connection* take_next();

  bool empty() const { return order_.empty(); }

 private:
  CheckQueueLimits limits_;
  int64_t left_us_;
  int64_t refilled_at_ms_ = 0;
  std::map<IpAddress, std::deque<Connection*>> lines_;  // by site; none is empty
  std::deque<IpAddress> order_;                         // the keys of lines_, next first
};

}  // namespace hermod
