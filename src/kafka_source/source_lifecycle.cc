#include "kafka_source/source_lifecycle.h"

#include <cassert>

namespace hermod {
namespace {

using State = SourceLifecycle::State;

[[maybe_unused]] bool may_enter(State from, State next) {
  switch (next) {
    case State::kIdle:
      return false;
    case State::kRunning:
      return from == State::kIdle || from == State::kFailed;
    case State::kFailed:
      return from == State::kRunning;
    case State::kSettling:
      return from < State::kSettling;
    case State::kLeaving:
      return from == State::kSettling;
    case State::kLeft:
      return from == State::kLeaving;
    case State::kDestroying:
      return from == State::kLeft;
    case State::kClosed:
      return from == State::kDestroying;
  }
  return false;
}

}  // namespace

void SourceLifecycle::enter(State next) {
  assert(may_enter(state_, next));
  state_ = next;
}

}  // namespace hermod
