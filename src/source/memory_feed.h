#pragma once
// Hands the records of MemoryTopics to the listener of a MemorySource, within the limits of one
// loop iteration, and tracks which of them are open and how many are held. Owned by MemorySource.

#include <cstdint>
#include <functional>
#include <vector>

#include "source/assignment.h"
#include "source/memory_topics.h"
#include "source/source.h"

namespace hermod {

class MemoryFeed final : private RecordOwner {
 public:
  // `run_later` makes the owner call drain(), or check released(), in a later loop iteration.
  MemoryFeed(MemoryTopics& topics, uint32_t records_per_iteration_max,
             std::function<void()> run_later);

  void begin(SourceListener& listener);
  void drain();
  void resume() { stopped_ = false; }
  void end();  // hands out no more records
  bool released() const { return holds_ == 0; }

  // Settles a record. Returns whether it was open until now.
  bool settle(const Position& position);
  void defer(const Position& position) { assignment_.defer(position); }
  size_t partitions_deferred() const { return assignment_.to_reread().size(); }

  // Reads the partitions with deferred records again, in reread_if_asked().
  void ask_reread() { reread_asked_ = true; }
  void reread_if_asked();

  void forget_open() { assignment_.clear(); }

  size_t open() const { return assignment_.unsettled(); }
  std::vector<SourceStatus::Lag> lag() const;

 private:
  void free_record(void* entry) override;
  bool hand_out_next(const std::vector<PartitionId>& ids);
  void hand_out(PartitionId id, int64_t offset);
  int64_t next_of(PartitionId id) const;

  MemoryTopics& topics_;
  uint32_t records_max_;
  std::function<void()> run_later_;
  SourceListener* listener_ = nullptr;
  Assignment assignment_;
  bool stopped_ = false;
  bool reread_asked_ = false;
  bool ended_ = false;
  size_t holds_ = 0;  // RecordHolds that are not released yet
};

}  // namespace hermod
