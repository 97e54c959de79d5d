#pragma once
// Schedules the verification of public-key signatures, each of which takes up to a millisecond.
// Failed verifications are charged to a share of the loop's time. While the share is used up,
// requests with unknown tokens wait, and the addresses are served round-robin. A valid token is
// never charged and never refused; it waits only for earlier requests of its address and for the
// round-robin. Owned by HttpServer; UpgradePolicy charges it, and CheckScheduler serves it. The
// time is an argument.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "base/ip_address.h"

namespace hermod {

class Connection;

struct CheckQueueLimits {
  int64_t us_per_s = 200'000;  // time for failed verifications in each second
  int64_t us_max = 50'000;     // the burst after a time without failures
};

class CheckQueue {
 public:
  explicit CheckQueue(CheckQueueLimits limits) : limits_(limits), left_us_(limits.us_max) {}

  // Whether a signature may be verified now, without waiting in the queue.
  bool is_free(int64_t now_ms) { return order_.empty() && has_share(now_ms); }

  // Whether some of the share is left.
  bool has_share(int64_t now_ms);

  // Charges a failed verification.
  void charge(int64_t us) { left_us_ -= us; }

  // Adds a connection, or removes one that ends while it waits. `client` is its address.
  void add(const IpAddress& client, Connection& connection);
  void remove(const IpAddress& client, const Connection& connection);

  // Removes and returns the next connection; nullptr if the queue is empty.
  Connection* take_next();

  bool empty() const { return order_.empty(); }

 private:
  CheckQueueLimits limits_;
  int64_t left_us_;
  int64_t refilled_at_ms_ = 0;
  std::map<IpAddress, std::deque<Connection*>> queues_;  // by site; no queue is empty
  std::deque<IpAddress> order_;  // the keys of queues_, in round-robin order
};

}  // namespace hermod
