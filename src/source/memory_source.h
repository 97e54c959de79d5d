#pragma once
// The in-memory implementation of Source. It reads the topics of a MemoryTopics. Records that a
// source leaves unsettled are handed out by the next source.

#include <cstdint>

#include "source/memory_feed.h"
#include "source/memory_topics.h"
#include "source/source.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

struct MemorySourceOptions {
  uint32_t records_per_iteration_max = 256;
};

class MemorySource final : public Source {
 public:
  // `topics` must outlive the source. Only one source at a time may read it.
  MemorySource(uv_loop_t* loop, MemoryTopics& topics, MemorySourceOptions options = {});
  ~MemorySource() override;

  Result<void> start(SourceListener& listener) override;
  void done(const Position& position) override;
  void dead_letter(const Position& position, const DeadReason& why,
                   const RecordHold& hold) override;
  void defer(const Position& position) override;
  void read_deferred() override;
  void resume() override;
  SourceStatus status() const override;
  void leave(uint64_t patience_ms, Closed left) override;
  void close(Closed closed) override;

 private:
  enum class State { kIdle, kRunning, kSettling, kLeft, kClosed };

  void enter(State next);
  void on_immediate();
  void maybe_finish_close();

  MemoryTopics& topics_;
  SourceListener* listener_ = nullptr;
  uv::Immediate immediate_;
  MemoryFeed feed_;
  uv::Timer close_timer_;
  State state_ = State::kIdle;
  bool out_of_time_ = false;
  bool reported_up_ = false;
  uint64_t dead_letters_written_ = 0;
  Closed left_;
  Closed closed_;
};

}  // namespace hermod
