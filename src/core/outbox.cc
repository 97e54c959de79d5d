#include "core/outbox.h"

#include <cassert>
#include <utility>

namespace hermod {
namespace {

// The capacity that an empty outbox keeps. It is small because most connections are usually idle.
constexpr size_t kIdleCapacity = 4;

}  // namespace

void Outbox::count_in(const Item& item) {
  assert(item.message);
  const size_t size = item.message->frame().size();
  bytes_ += size;
  load_.bytes += size;
  ++load_.messages;
}

void Outbox::count_out(const Item& item) {
  const size_t size = item.message->frame().size();
  assert(bytes_ >= size);
  assert(load_.bytes >= size);
  assert(load_.messages > 0);
  bytes_ -= size;
  load_.bytes -= size;
  --load_.messages;
}

void Outbox::push(Item&& item) {
  assert(head_ <= items_.size());
  count_in(item);
  if (items_.size() == items_.capacity() && head_ > items_.size() / 2) {
    // Written items are erased before the vector grows, so that its capacity stays below twice the
    // number of waiting items.
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  items_.push_back(std::move(item));
}

void Outbox::push_front(Item&& item) {
  count_in(item);
  if (head_ > 0) {
    items_[--head_] = std::move(item);
  } else {
    items_.insert(items_.begin(), std::move(item));
  }
}

Outbox::Item Outbox::pop() {
  assert(!empty());
  Item item = std::move(items_[head_++]);
  count_out(item);
  if (empty()) clear();
  return item;
}

bool Outbox::drop_one(int64_t now_wall_ms, const OutboxLimits& limits) {
  size_t victim = items_.size();
  for (size_t i = head_; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (item.kind == OutboxKind::kNotice) continue;
    if (item.stream_id && static_cast<int64_t>(item.stream_id.ms) + limits.stale_ms < now_wall_ms) {
      victim = i;
      break;
    }
    if (victim == items_.size() ||
        item.message->drop_priority() < items_[victim].message->drop_priority())
      victim = i;
  }
  if (victim == items_.size()) return false;
  assert(items_[victim].kind != OutboxKind::kNotice);
  count_out(items_[victim]);
  items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(victim));
  return true;
}

void Outbox::clear() {
  assert(load_.messages >= messages());
  assert(load_.bytes >= bytes_);
  load_.messages -= messages();
  load_.bytes -= bytes_;
  items_.clear();
  head_ = 0;
  bytes_ = 0;
  if (items_.capacity() > kIdleCapacity) items_.shrink_to_fit();
}

}  // namespace hermod
