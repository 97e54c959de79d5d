#pragma once
// The state of a KafkaSource. Owned by KafkaSource; ConsumerSession and SourceClosing change it
// with enter(), which asserts the allowed moves, and the other parts read it.
//
//   kIdle -> kRunning <-> kFailed        after a fatal error, until a new client is created
//   any of these -> kSettling            leave(): waits until the open records are settled
//   kSettling -> kLeaving -> kLeft       leaves the consumer group
//   kLeft -> kDestroying -> kClosed      close(): destroys the clients

namespace hermod {

class SourceLifecycle {
 public:
  enum class State { kIdle, kRunning, kFailed, kSettling, kLeaving, kLeft, kDestroying, kClosed };

  State state() const { return state_; }
  bool is(State state) const { return state_ == state; }
  bool leaving_begun() const { return state_ >= State::kSettling; }
  bool left() const { return state_ >= State::kLeft; }

  void enter(State next);

 private:
  State state_ = State::kIdle;
};

}  // namespace hermod
