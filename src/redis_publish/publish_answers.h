#pragma once
// Gives the answers of publications to the caller. An answer can be held until the replicas of
// Redis have the message: it then waits here with its publication, in the order of arrival, while
// the next call of the same user is sent. If the master fails over before, the publication is taken
// out and sent again, because the new master may not have the message. PublishQueue owns it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/user_predicate.h"
#include "bus/bus.h"

namespace hermod {

class PublishAnswers {
 public:
  // Called for each answer. Returns the number that give_held() must reach before the answer may be
  // given, which never decreases; or 0: it may be given now, and no earlier answer is held.
  using Await = std::function<uint64_t()>;

  void start(PublishListener& publications);
  void stop();    // from now on, nothing is answered
  void forget();  // after stop(): drops the held answers
  bool stopped() const { return stopped_; }

  void hold(Await await) { await_ = std::move(await); }  // without it, no answer is held

  bool still_wanted(Ticket ticket) { return publications_->still_wanted(ticket); }
  void give(Ticket ticket, PublishOutcome outcome, std::string_view error);  // at once
  void give_or_hold(const Publication& publication, PublishOutcome outcome, std::string_view error);

  // Gives the answers up to this number, and returns how many.
  size_t give_held(uint64_t number);
  size_t held() const { return held_.size(); }

  // Drops the held answers and appends their publications, in the order of the answers.
  void take_held(std::vector<Publication>& publications);
  // The same for the users for which `leaves` returns true.
  void take_held_if(const UserPredicate& leaves, std::vector<Publication>& publications);

 private:
  struct Held {
    Publication publication;
    PublishOutcome outcome;
    std::string error;
    uint64_t number;
  };

  PublishListener* publications_ = nullptr;
  bool stopped_ = false;
  Await await_;
  std::deque<Held> held_;
};

}  // namespace hermod
