#include "redis_leases/lease_rewrite.h"

#include <utility>

namespace hermod {
namespace {

constexpr uint64_t kRefreshMs = 12 * 3'600'000;

}  // namespace

LeaseRewrite::LeaseRewrite(uv_loop_t* loop, Visit visit_users, MayGoOn may_go_on,
                           std::function<void(std::string_view user)> visit)
    : visit_users_(std::move(visit_users)),
      may_go_on_(std::move(may_go_on)),
      visit_(std::move(visit)),
      step_(loop, [this] { step(); }),
      refresh_(loop, [this] { start(); }) {
  refresh_.start(kRefreshMs, kRefreshMs);
}

void LeaseRewrite::start() {
  state_ = State::kStarting;
  step_.ask();
}

void LeaseRewrite::go_on() {
  if (in_progress()) step_.ask();
}

void LeaseRewrite::stop() {
  state_ = State::kIdle;
  step_.cancel();
  refresh_.stop();
}

void LeaseRewrite::step() {
  if (!in_progress() || !may_go_on_()) return;
  const From from = state_ == State::kStarting ? From::kFirst : From::kNext;
  state_ = State::kVisiting;
  if (visit_users_(from, visit_)) return step_.ask();
  if (state_ == State::kVisiting) state_ = State::kIdle;
}

}  // namespace hermod
