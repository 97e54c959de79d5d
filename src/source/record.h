#pragma once
// One record of a topic, as a source hands it out, and its position.

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

namespace hermod {

// Identifies one record of one assignment. `topic` is an index into the topics of the source.
// `epoch` distinguishes assignments of the same partition, so that a late reply for a record of an
// earlier assignment is not applied to the same record when it is read again.
struct Position {
  uint32_t topic = 0;
  int32_t partition = 0;
  int64_t offset = 0;
  uint32_t epoch = 0;

  auto operator<=>(const Position&) const = default;
};

// Frees the memory of records. Outlives every RecordHold that refers to it.
class RecordOwner {
 public:
  virtual void free_record(void* memory) = 0;

 protected:
  ~RecordOwner() = default;
};

// Owns the memory that a record's views point into. Code that reads a view must keep the hold. The
// memory is freed only when the hold is released: not when the record is settled, and not when its
// partition is revoked. A source waits for all its holds before it closes.
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
  void* memory() const { return memory_; }  // for the source that created the hold
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
  int64_t timestamp_ms = 0;  // set by the broker or the producer; -1: unknown
  bool has_key = false;
  bool has_value = false;  // false: a tombstone
  std::string_view key;
  std::string_view value;
  // Kafka headers (protocol section 1); empty if absent.
  std::string_view header_event_id;
  std::string_view header_event_type;
  std::string_view header_traceparent;
  std::string_view header_tracestate;
};

}  // namespace hermod
