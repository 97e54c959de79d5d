#pragma once
// In-memory topics: the records that no source has settled yet, and the dead letters. They outlive
// the sources that read them one after the other, as a broker outlives its consumers. MemorySource
// reads them; MemoryRecordProducer appends to them.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "kafka/kafka_headers.h"
#include "source/assignment.h"
#include "source/record.h"

namespace hermod {

struct MemoryTopicsOptions {
  std::vector<std::string> topics;
  int32_t partitions = 1;          // of each topic
  size_t records_max = 100'000;    // unsettled records of all topics; append() rejects further ones
  size_t dead_letters_max = 1000;  // the oldest ones are removed first
};

struct MemoryRecord {
  int64_t timestamp_ms = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;  // empty optional: a tombstone
  KafkaHeaders headers = {};
};

struct MemoryDeadLetter {
  Position position;
  MemoryRecord record;
  std::string reason;
  ErrorCode code;
};

class MemoryTopics {
 public:
  // A record and the number of references to it: one of its topic until the record is settled, and
  // one for each hold() that was not released.
  struct Entry {
    MemoryRecord record;
    int uses = 1;
  };

  explicit MemoryTopics(MemoryTopicsOptions options);

  const std::vector<std::string>& names() const { return options_.topics; }
  std::vector<PartitionId> partitions() const;  // of all topics
  const std::deque<MemoryDeadLetter>& dead_letters() const { return dead_letters_; }
  size_t records() const { return records_; }

  // Appends a record; records with the same key share a partition. Errors: kServiceUnavailable if
  // the topics are full, kNotFound for an unknown topic index.
  Result<Position> append(uint32_t topic, MemoryRecord record);

  // Calls `appended` inside each append(); null ends it. For the one source that reads the topics.
  void watch(std::function<void()> appended) { appended_ = std::move(appended); }

  // The offsets of a partition: of its first unsettled record, and after its last record.
  int64_t begin(PartitionId id) const;
  int64_t end(PartitionId id) const;

  // A record between begin() and end(). It stays in memory until release(), even if it is settled.
  Entry& hold(PartitionId id, int64_t offset);
  static void release(Entry& entry);

  // All records of the partition below `offset` are settled.
  void remove_before(PartitionId id, int64_t offset);

  void add(MemoryDeadLetter letter);

 private:
  struct Release {
    void operator()(Entry* entry) const { release(*entry); }
  };
  struct Partition {
    int64_t begin = 0;  // offset of the first entry
    std::deque<std::unique_ptr<Entry, Release>> entries;
  };

  MemoryTopicsOptions options_;
  std::map<PartitionId, Partition> partitions_;  // all partitions of all topics
  std::deque<MemoryDeadLetter> dead_letters_;
  size_t records_ = 0;
  std::function<void()> appended_;
};

}  // namespace hermod
