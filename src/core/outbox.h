#pragma once
// What waits to be written to one connection: messages in order, bounded in number and bytes. It
// decides what is given up under pressure; it never changes the order of what stays.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/stream_id.h"
#include "core/shared_frame.h"
#include "hermod/stats.h"

namespace hermod {

// SLOW_CLIENT_POLICY: what happens when a connection's outbox is full.
enum class SlowPolicy : uint8_t { kClose, kDropOldest };

// OUTBOX_MESSAGES_MAX and OUTBOX_BYTES_MAX: 1,000 texts of 1 KB fit, which is more than a page
// shows.
struct OutboxLimits {
  size_t messages_max = 1000;
  size_t bytes_max = 1024 * 1024;  // of frames
  SlowPolicy policy = SlowPolicy::kClose;
  int64_t stale_ms = 300'000;  // what is older is given up first

  // Whether one more frame of this size may be kept beside those. Any one frame fits by itself: a
  // text of bytes_max is not refused for its header.
  bool admit(size_t frame_bytes, size_t messages, size_t bytes) const {
    return messages == 0 || (messages < messages_max && bytes + frame_bytes <= bytes_max);
  }
};

enum class Kind : uint8_t { kNotification, kReplayed, kNotice };

class Outbox {
 public:
  struct Item {
    SharedFrame::Ref message;
    StreamId stream_id;  // null: foreign, or one of the service's own notices
    Kind kind = Kind::kNotification;
  };

  explicit Outbox(OutboxLoad& load) : load_(load) {}  // `load` counts it too, and outlives it
  ~Outbox() { clear(); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  bool empty() const { return head_ == items_.size(); }
  size_t messages() const { return items_.size() - head_; }
  size_t bytes() const { return bytes_; }

  // Whether one more frame of this size stays within the limits.
  bool fits(size_t frame_bytes, const OutboxLimits& limits) const {
    return limits.admit(frame_bytes, messages(), bytes_);
  }

  void push(Item item);
  void push_front(Item item);

  // The next to be written. Precondition: !empty().
  const Item& front() const { return items_[head_]; }
  Item pop();

  // Gives up one notification: the oldest of the stale, else the oldest of the lowest rank. False:
  // there is none (notices are never given up).
  bool drop_one(int64_t now_wall_ms, const OutboxLimits& limits);

  void clear();

 private:
  void count_in(const Item& item);
  void count_out(const Item& item);

  OutboxLoad& load_;
  std::vector<Item> items_;  // [head_, end) wait
  uint32_t head_ = 0;
  uint32_t bytes_ = 0;  // OUTBOX_BYTES_MAX is 1 GiB at most
};

}  // namespace hermod
