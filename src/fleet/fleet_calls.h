#pragma once
// The requests of this process that wait for the answers of others. A call ends when every process
// that was alive at its beginning has answered or died, or at the time limit. Owned by
// FleetService.

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fleet/fleet_message.h"
#include "uv/timer.h"

namespace hermod {

class FleetCalls {
 public:
  static constexpr int64_t kLimitMs = 10'000;

  struct Outcome {
    std::vector<FleetConnection> found;
    size_t connections = 0;           // ended
    size_t processes = 0;             // that answered
    std::vector<std::string> silent;  // that did not
    bool sent = true;                 // false: no process got the request
  };
  using Finished = std::function<void(const Outcome&)>;
  // Calls `done` with those of the processes that have not ended: a frozen process that is no
  // longer in the list still receives messages.
  using AskLiving = std::function<void(const std::vector<std::string>& processes,
                                       std::function<void(const std::set<std::string>& living)>)>;

  FleetCalls(uv_loop_t* loop, const Clock& clock, AskLiving ask_living);

  // Returns the number of the request. `finished` is called once, unless stop() is called before.
  uint64_t open(Finished finished);
  void on_sent(uint64_t number, const std::vector<std::string>& processes);
  void on_not_sent(uint64_t number);
  void on_answer(uint64_t number, const std::string& process, const FleetAnswer& answer);
  void on_members(const std::set<std::string>& listed);  // the others may have ended
  // The answers cannot arrive any more. A call whose request may have been published names the
  // processes of `listed` that have not answered.
  void fail_all(const std::set<std::string>& listed);
  void stop();  // forgets the calls

  size_t size() const { return calls_.size(); }

 private:
  struct Call {
    uint64_t number = 0;
    int64_t until_ms = 0;
    Finished finished;
    bool sent = false;
    bool late = false;              // past the time limit; it waits for ask_living
    std::set<std::string> awaited;  // known once it was sent
    std::set<std::string> answered;
    Outcome outcome;
  };

  Call* find(uint64_t number);
  void finish_complete();
  void finish(uint64_t number);
  void on_limit();
  void forget_ended(uint64_t number, const std::vector<std::string>& processes,
                    std::function<void()> then);
  void start_timer();

  const Clock& clock_;
  AskLiving ask_living_;
  uint64_t last_number_ = 0;
  std::deque<Call> calls_;  // the oldest first
  uv::Timer limit_;         // of the oldest call that is not late
};

}  // namespace hermod
