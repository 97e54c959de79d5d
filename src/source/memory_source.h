#pragma once
// The in-memory implementation of Source. It reads the topics of a MemoryTopics, which outlives the
// sources that read it one after the other, as a broker outlives its consumers. Records that a
// source leaves unsettled are handed out by the next source. Harness::publish() appends records
// here.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
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
  MemorySource(uv_loop_t* loop, const Clock& clock, MemoryTopics& topics,
               MemorySourceOptions options = {});
  ~MemorySource() override;

  // Appends a record, which is handed out in a later loop iteration. An absent `value` is a
  // tombstone. Errors: kServiceUnavailable if the topics are full, kNotFound for an unknown topic
  // index.
  Result<Position> publish(uint32_t topic, std::optional<std::string> key,
                           std::optional<std::string> value, KafkaHeaders headers = {});

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
  bool hand_out_next();
  void hand_out(PartitionId id, int64_t offset, MemoryTopics::Entry& entry);
  void trim(PartitionId id);
  int64_t next_of(PartitionId id) const;
  void maybe_finish_close();

  const Clock& clock_;
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
