#pragma once
// The in-memory implementation of Source. It reads the topics of a MemoryTopics. Records that a
// source leaves unsettled are handed out by the next source.

#include <cstdint>
#include <vector>

#include "source/assignment.h"
#include "source/memory_topics.h"
#include "source/source.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

struct MemorySourceOptions {
  uint32_t records_per_iteration_max = 256;
};

class MemorySource final : public Source, private RecordOwner {
 public:
  // `topics` must outlive the source. Only one source at a time may read it.
  MemorySource(uv_loop_t* loop, MemoryTopics& topics, MemorySourceOptions options = {});
  ~MemorySource() override;

  Result<void> start(SourceListener& listener) override;
  void done(const Position& position) override;
  void dead_letter(const Position& position, const DeadReason& why,
                   const RecordHold& hold) override;
  void resume() override;
  SourceStatus status() const override;
  void leave(uint64_t patience_ms, Closed left) override;
  void close(Closed closed) override;

 private:
  enum class Phase { kIdle, kRunning, kSettling, kLeft, kClosed };

  void free_record(void* entry) override;
  void on_immediate();
  void drain();
  bool hand_out_next(const std::vector<PartitionId>& ids);
  void hand_out(PartitionId id, int64_t offset);
  void trim(PartitionId id);
  int64_t next_of(PartitionId id) const;
  void maybe_finish_close();

  MemoryTopics& topics_;
  MemorySourceOptions options_;
  SourceListener* listener_ = nullptr;
  Assignment assignment_;
  uv::Immediate immediate_;
  uv::Timer patience_;
  Phase phase_ = Phase::kIdle;
  bool stopped_ = false;
  bool out_of_time_ = false;
  bool reported_up_ = false;
  uint64_t dead_letters_written_ = 0;
  size_t holds_ = 0;  // RecordHolds that are not released yet
  Closed left_;
  Closed closed_;
};

}  // namespace hermod
