#pragma once
// The queue of connections that were upgraded while their user had as many connections as allowed.
// Each waits, without any frame, until it is admitted or refused. The user's connections are pinged
// at once; one that has not answered within quota_answer_ms is closed, the one that was silent for
// the longest time first. If all have answered, the newcomer is refused. A slot that becomes free
// in the meantime goes to the newcomer that has waited for the longest time. Owned by SharedLimits.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"

namespace hermod {

class WsPeer;
struct WsShared;

class QuotaQueue {
 public:
  explicit QuotaQueue(WsShared& shared) : shared_(shared) {}
  QuotaQueue(const QuotaQueue&) = delete;
  QuotaQueue& operator=(const QuotaQueue&) = delete;

  // `peer` waits from now on, or is refused if too many connections of its user wait already.
  void add(WsPeer& peer);

  // `peer`, which waits, closes before the decision.
  void remove(WsPeer& peer);

  // A connection of the user received data, or was closed. Costs next to nothing while no
  // connection waits.
  void on_change(std::string_view user);

  // The deadline of a waiting connection has passed.
  void on_due(WsPeer& waiting);

  bool empty() const { return queues_.empty(); }

 private:
  // The waiting connections of one user, the longest wait first.
  using Queue = std::vector<WsPeer*>;
  struct Members;

  void reject(WsPeer& waiting);
  Members members_of(std::string_view user, const WsPeer& waiting) const;
  void evaluate(const std::string& user);
  void admit_waiting(const std::string& user);
  bool reject_one(const std::string& user);
  void close_silent(const std::string& user);

  WsShared& shared_;
  std::unordered_map<std::string, Queue, TextHash, std::equal_to<>> queues_;  // none is empty
};

}  // namespace hermod
