#pragma once
// Decides how many connections a drain closes at a time, and in which order. Owned by WsDrain. It
// has no clock; the caller passes the time.
//
// The list of connections is processed from its end to its beginning. A connection that is removed
// in the meantime is replaced by the last one: either that one was already closed, or it moves
// nearer to the beginning and is still reached.

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hermod {

class DrainPace {
 public:
  static constexpr int64_t kStepMs = 25;
  // The maximum number of connections that may answer their close frames in one iteration, at 30 us
  // each. Connections that do not answer within a step are not counted in the next one, so that
  // each step closes this many even if no client answers.
  static constexpr size_t kUnansweredMax = 128;

  // Closes `connections` connections, spread evenly over `window_ms`; 0: as fast as possible.
  void begin(int64_t now_ms, int64_t window_ms, size_t connections);
  bool begun() const { return begun_; }

  void end_window() { window_ms_ = 0; }
  int64_t window_ms() const { return window_ms_; }

  // Called every kStepMs with the current number of connections.
  void on_step(int64_t now_ms, size_t connections);

  // The position of the next connection to close; nullopt: no more in this step, or until
  // on_removed() returns true.
  std::optional<size_t> next(size_t connections);

  void on_close_sent();

  // A connection was removed. Returns true if the drain can continue before the next step.
  [[nodiscard]] bool on_removed();

 private:
  bool begun_ = false;
  int64_t started_ms_ = 0;
  int64_t window_ms_ = 0;
  size_t total_ = 0;
  size_t left_ = 0;        // connections that were not sent a close frame yet
  size_t target_ = 0;      // close frames to send so far
  size_t sent_ = 0;        // close frames sent
  size_t unanswered_ = 0;  // close frames sent in this step, not answered
};

}  // namespace hermod
