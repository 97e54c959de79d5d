#pragma once
// The in-process twin of KafkaSource: topics that live in a MemoryTopics, which outlives the
// sources that read it, one after the other, as a broker outlives its consumers. What a source
// leaves unsettled comes again to the next one. An embedder's Server::publish() ends here.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "source/assignment.h"
#include "source/letter.h"
#include "source/source.h"
#include "uv/soon.h"
#include "uv/timer.h"

namespace hermod {

struct MemoryTopicsOptions {
  std::vector<std::string> topics;
  int32_t partitions = 1;          // of each
  size_t records_max = 100'000;    // kept over all topics; publishing beyond is refused
  size_t dead_letters_max = 1000;  // the oldest ones go first
};

struct MemoryDeadLetter {
  Letter letter;
  std::string reason;
  ErrorCode code;
};

// The records that no source has settled yet, and the dead letters.
class MemoryTopics {
 public:
  explicit MemoryTopics(MemoryTopicsOptions options) : options_(std::move(options)) {}

  const std::vector<std::string>& topics() const { return options_.topics; }
  int32_t partitions() const { return options_.partitions; }
  const std::deque<MemoryDeadLetter>& dead_letters() const { return dead_letters_; }
  size_t records() const { return records_; }

 private:
  friend class MemorySource;

  struct Entry {
    int64_t timestamp_ms;
    std::optional<std::string> key;
    std::optional<std::string> value;
    KafkaHeaders headers;
  };
  struct Partition {
    int64_t begin = 0;  // offset of the first entry: what is before it is settled
    std::deque<std::unique_ptr<Entry>> entries;

    int64_t end() const { return begin + static_cast<int64_t>(entries.size()); }
  };

  MemoryTopicsOptions options_;
  std::map<PartitionId, Partition> partitions_;
  std::deque<MemoryDeadLetter> dead_letters_;
  size_t records_ = 0;
};

struct MemorySourceOptions {
  uint32_t records_per_turn_max = 256;
};

class MemorySource final : public Source {
 public:
  // `topics` outlives the source, and has one source at a time.
  MemorySource(uv_loop_t* loop, const Clock& clock, MemoryTopics& topics,
               MemorySourceOptions options = {});
  ~MemorySource() override;

  // Queues a record, which is handed out on a later turn. No value is a tombstone. Error:
  // kServiceUnavailable when the topics are full, kNotFound for a topic there is not.
  Result<Position> publish(uint32_t topic, std::optional<std::string> key,
                           std::optional<std::string> value, KafkaHeaders headers = {});

  Result<void> start(SourceListener& listener) override;
  void done(const Position& position) override;
  void dead_letter(const Position& position, const DeadReason& why) override;
  void resume() override;
  SourceStatus status() const override;
  void close(uint64_t patience_ms, Closed closed) override;

 private:
  enum class Phase { kIdle, kRunning, kSettling, kClosed };

  void on_soon();
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
  uv::Soon soon_;
  uv::Timer patience_;
  Phase phase_ = Phase::kIdle;
  bool stopped_ = false;
  bool out_of_time_ = false;
  bool told_up_ = false;
  uint64_t dead_letters_written_ = 0;
  Closed closed_;
};

}  // namespace hermod
