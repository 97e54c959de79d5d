#pragma once
// The queue of messages to one connection, bounded in number and bytes. Owned by SessionOutbox. It
// selects the messages that are dropped under pressure, and never changes the order of the others.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/stream_id.h"
#include "core/shared_frame.h"
#include "hermod/stats.h"

namespace hermod {

// SLOW_CLIENT_POLICY: what happens when a connection's outbox is full.
enum class SlowPolicy : uint8_t { kClose, kDropOldest };

// OUTBOX_MESSAGES_MAX and OUTBOX_BYTES_MAX. The defaults admit 1,000 messages of 1 KB, which is
// more than a web page shows.
struct OutboxLimits {
  size_t messages_max = 1000;
  size_t bytes_max = 1024 * 1024;  // of frames
  SlowPolicy policy = SlowPolicy::kClose;
  int64_t stale_ms = 300'000;  // older messages are dropped first

  // Whether a frame of this size may be added to the `messages` and `bytes` in the queue. A single
  // frame always fits, so that a message payload of bytes_max is not refused because of its header.
  bool admit(size_t frame_bytes, size_t messages, size_t bytes) const {
    return messages == 0 || (messages < messages_max && bytes + frame_bytes <= bytes_max);
  }
};

enum class OutboxKind : uint8_t { kNotification, kReplayed, kNotice };

class Outbox {
 public:
  struct Item {
    SharedFrame::Ref message;
    StreamId stream_id;  // null: an external message, or a notice
    OutboxKind kind = OutboxKind::kNotification;
  };

  explicit Outbox(OutboxLoad& load) : load_(load) {}  // `load` sums all outboxes; outlives this
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

  // Add an item at the end or at the front, without checking the limits.
  void push(Item&& item);
  void push_front(Item&& item);

  // The next item to write. Precondition: !empty().
  const Item& front() const {
    assert(!empty());
    return items_[head_];
  }
  Item pop();

  // Drops one message: the oldest stale one, else the oldest with the lowest drop priority. Returns
  // false if there is none; notices are never dropped.
  bool drop_one(int64_t now_wall_ms, const OutboxLimits& limits);

  void clear();

 private:
  void count_in(const Item& item);
  void count_out(const Item& item);

  OutboxLoad& load_;
  std::vector<Item> items_;  // those from head_ on wait; the others were written
  uint32_t head_ = 0;
  uint32_t bytes_ = 0;  // fits, because OUTBOX_BYTES_MAX is at most 1 GiB
};

}  // namespace hermod
