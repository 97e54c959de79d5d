#pragma once
// Visits all users of a shard, some in each loop iteration, so that their leases are written again:
// after a loss of data, and every 12 h because the keys live for 24 h. Owned by RedisLeases.

#include <cstddef>
#include <functional>
#include <string_view>

#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class LeaseRewrite {
 public:
  // Calls `visit` for some of the users: from the first one if `restart` is true. Returns true if
  // there are more.
  enum class From { kFirst, kNext };
  using Visit = std::function<bool(From from, const std::function<void(std::string_view)>& visit)>;
  // Whether more users may be visited now; otherwise the caller calls go_on() later.
  using MayGoOn = std::function<bool()>;

  LeaseRewrite(uv_loop_t* loop, Visit visit_users, MayGoOn may_go_on,
               std::function<void(std::string_view user)> visit);

  void start();  // from the first user, also if it is in progress
  void go_on();
  void stop();
  bool in_progress() const { return state_ != State::kIdle; }

 private:
  enum class State { kIdle, kStarting, kVisiting };

  void step();

  Visit visit_users_;
  MayGoOn may_go_on_;
  std::function<void(std::string_view)> visit_;
  State state_ = State::kIdle;
  uv::Immediate step_;
  uv::Timer refresh_;
};

}  // namespace hermod
