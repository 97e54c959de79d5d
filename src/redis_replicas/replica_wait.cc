#include "redis_replicas/replica_wait.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {

// An answer waits only in kWaiting: the owner gives the held answers after each change from it.
void ReplicaWait::enter(State next) {
  assert(next != State::kRefused || state_ != State::kNoReplica);
  state_ = next;
  if (next != State::kWaiting) forget();
}

uint64_t ReplicaWait::await() {
  if (state_ != State::kWaiting) {
    ++unreplicated_;
    return 0;
  }
  if (!waits()) since_ms_ = clock_.steady_ms();
  awaited_ = begun_ + 1;
  return awaited_;
}

bool ReplicaWait::wants_round() const {
  switch (state_) {
    case State::kWaiting:
      return waits();
    case State::kNoReplica:
      return false;
    case State::kUnreplicated:
      return true;
    case State::kRefused:
      return may_try_;
  }
  return false;
}

uint64_t ReplicaWait::begin_round() {
  assert(wants_round());
  may_try_ = false;
  return ++begun_;
}

void ReplicaWait::confirm() {
  confirmed_ = begun_;
  since_ms_ = clock_.steady_ms();
  failure_.clear();
  if (state_ == State::kUnreplicated || state_ == State::kRefused) enter(State::kWaiting);
}

void ReplicaWait::fail(std::string reason) {
  failure_ = std::move(reason);
  if (state_ == State::kRefused) enter(State::kUnreplicated);
}

void ReplicaWait::link_down(std::string_view reason) {
  if (state_ != State::kRefused) failure_ = reason;
}

void ReplicaWait::refuse(std::string reason) {
  failure_ = std::move(reason);
  if (state_ != State::kNoReplica) enter(State::kRefused);
}

void ReplicaWait::try_again() {
  may_try_ = true;
}

int64_t ReplicaWait::ms_left() const {
  assert(waits());
  const int64_t limit_ms = since_ms_ + static_cast<int64_t>(options_.replica_wait_ms);
  return std::max<int64_t>(0, limit_ms - clock_.steady_ms());
}

void ReplicaWait::expire() {
  if (waits() && ms_left() == 0) enter(State::kUnreplicated);
}

void ReplicaWait::set_replicas(size_t known) {
  if (known == 0 && state_ != State::kRefused) enter(State::kNoReplica);
  if (known > 0 && state_ == State::kNoReplica) enter(State::kWaiting);
}

std::string ReplicaWait::reason() const {
  const std::string effect = "answers do not wait for replicas: ";
  switch (state_) {
    case State::kWaiting:
      return {};
    case State::kNoReplica:
      return effect + "no replica of the master is known";
    case State::kUnreplicated:
      return effect + "no confirmation within " + std::to_string(options_.replica_wait_ms) +
             " ms; " + (failure_.empty() ? "Redis did not answer" : failure_);
    case State::kRefused:
      return effect + "Redis refuses WAIT: " + failure_;
  }
  return {};
}

}  // namespace hermod
