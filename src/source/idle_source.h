#pragma once
// The Source of a process that consumes nothing (KAFKA_CONSUME=false): it has no records, joins no
// group and is always up.

#include <string>

#include "source/source.h"
#include "uv/immediate.h"

namespace hermod {

class IdleSource final : public Source {
 public:
  // `brokers` are those that the process uses for other purposes, for the health page.
  IdleSource(uv_loop_t* loop, std::string brokers);
  ~IdleSource() override;

  Result<void> start(SourceListener& listener) override;
  void done(const Position& position) override;
  void dead_letter(const Position& position, const DeadReason& why,
                   const RecordHold& hold) override;
  void defer(const Position& position) override;
  void read_deferred() override {}
  void resume() override {}
  SourceStatus status() const override;
  void leave(uint64_t patience_ms, Closed left) override;
  void close(Closed closed) override;

 private:
  enum class State { kIdle, kStarting, kRunning, kLeft, kClosed };

  void enter(State next);
  void on_immediate();

  std::string brokers_;
  uv::Immediate immediate_;
  SourceListener* listener_ = nullptr;
  State state_ = State::kIdle;
  Closed left_;
  Closed closed_;
};

}  // namespace hermod
