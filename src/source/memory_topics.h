#pragma once
// In-memory topics: the records that no source has settled yet, and the dead letters. They outlive
// the sources that read them one after the other, as a broker outlives its consumers.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "source/assignment.h"
#include "source/dead_letter.h"

namespace hermod {

struct MemoryTopicsOptions {
  std::vector<std::string> topics;
  int32_t partitions = 1;        // of each topic
  size_t records_max = 100'000;  // unsettled records of all topics; publish() rejects further ones
  size_t dead_letters_max = 1000;  // the oldest ones are removed first
};

struct MemoryDeadLetter {
  DeadLetter letter;
  std::string reason;
  ErrorCode code;
};

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
    int uses = 1;  // references: the topic until the record is settled, and RecordHolds
  };
  struct Drop {
    void operator()(Entry* entry) const {
      if (--entry->uses == 0) delete entry;
    }
  };
  struct Partition {
    int64_t begin = 0;  // offset of the first entry; all earlier records are settled
    std::deque<std::unique_ptr<Entry, Drop>> entries;

    int64_t end() const { return begin + static_cast<int64_t>(entries.size()); }
  };

  MemoryTopicsOptions options_;
  std::map<PartitionId, Partition> partitions_;
  std::deque<MemoryDeadLetter> dead_letters_;
  size_t records_ = 0;
};

}  // namespace hermod
