#pragma once
// One record of a topic, as a source hands it out, and where it stands there.

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

namespace hermod {

// Names one record of one assignment. `topic` is an index into the source's topics; `epoch` tells
// assignments of the same partition apart, so that an answer which comes after a rebalance is not
// taken for the record that is being read again.
struct Position {
  uint32_t topic = 0;
  int32_t partition = 0;
  int64_t offset = 0;
  uint32_t epoch = 0;

  auto operator<=>(const Position&) const = default;
};

// Frees the memory of records. Outlives every RecordHold that names it.
class RecordOwner {
 public:
  virtual void free_record(void* memory) = 0;

 protected:
  ~RecordOwner() = default;
};

// Owns the memory that a record's views point into. Whoever may still read a view keeps the hold,
// and nothing else frees that memory: neither the record's settlement, nor the loss of its
// partition, nor the end of its source, which waits for every hold.
class RecordHold {
 public:
  RecordHold() = default;
  RecordHold(RecordOwner& owner, void* memory) : owner_(&owner), memory_(memory) {}
  ~RecordHold() { release(); }
  RecordHold(RecordHold&& other) noexcept
      : owner_(other.owner_), memory_(std::exchange(other.memory_, nullptr)) {}
  RecordHold& operator=(RecordHold&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(memory_, other.memory_);
    return *this;
  }

  explicit operator bool() const { return memory_ != nullptr; }
  void* memory() const { return memory_; }  // for the source that handed the record out
  void release() {
    if (memory_ != nullptr) owner_->free_record(std::exchange(memory_, nullptr));
  }

 private:
  RecordOwner* owner_ = nullptr;
  void* memory_ = nullptr;
};

// The views are valid as long as the RecordHold that comes with the record.
struct Record {
  Position position;
  std::string_view topic;
  int64_t timestamp_ms = 0;  // the broker's or producer's time, -1 unknown
  bool has_key = false;
  bool has_value = false;  // false: a tombstone
  std::string_view key;
  std::string_view value;
  // Kafka headers of protocol section 1; empty where absent.
  std::string_view header_event_id;
  std::string_view header_event_type;
  std::string_view header_traceparent;
  std::string_view header_tracestate;
};

}  // namespace hermod
