#include "source/memory_feed.h"

#include <cassert>
#include <string_view>
#include <utility>

namespace hermod {
namespace {

std::string_view value_of(const KafkaHeaders& headers, std::string_view wanted) {
  for (const auto& [name, value] : headers) {
    if (name == wanted && value) return *value;
  }
  return {};
}

Record view_of(const MemoryRecord& from, std::string_view topic, const Position& position) {
  Record record;
  record.position = position;
  record.topic = topic;
  record.timestamp_ms = from.timestamp_ms;
  record.has_key = from.key.has_value();
  record.has_value = from.value.has_value();
  if (from.key) record.key = *from.key;
  if (from.value) record.value = *from.value;
  record.header_event_id = value_of(from.headers, "event_id");
  record.header_event_type = value_of(from.headers, "event_type");
  record.header_traceparent = value_of(from.headers, "traceparent");
  record.header_tracestate = value_of(from.headers, "tracestate");
  return record;
}

}  // namespace

MemoryFeed::MemoryFeed(MemoryTopics& topics, uint32_t records_per_iteration_max,
                       std::function<void()> run_later)
    : topics_(topics), records_max_(records_per_iteration_max), run_later_(std::move(run_later)) {}

void MemoryFeed::begin(SourceListener& listener) {
  assert(listener_ == nullptr);
  listener_ = &listener;
  for (const PartitionId& id : topics_.partitions()) assignment_.add(id);
  topics_.watch(run_later_);
  run_later_();
}

void MemoryFeed::end() {
  topics_.watch(nullptr);
  ended_ = true;
}

void MemoryFeed::drain() {
  const std::vector<PartitionId> ids = assignment_.ids();
  uint32_t count = 0;
  while (!ended_ && !stopped_ && count < records_max_ && hand_out_next(ids)) ++count;
  if (count == records_max_) run_later_();
}

int64_t MemoryFeed::next_of(PartitionId id) const {
  return assignment_.tracker(id)->next().value_or(topics_.begin(id));
}

bool MemoryFeed::hand_out_next(const std::vector<PartitionId>& ids) {
  for (const PartitionId& id : ids) {
    const int64_t next = next_of(id);
    if (next >= topics_.end(id)) continue;
    hand_out(id, next);
    return true;
  }
  return false;
}

void MemoryFeed::hand_out(PartitionId id, int64_t offset) {
  MemoryTopics::Entry& entry = topics_.hold(id, offset);
  const Position position = assignment_.open(id, offset);
  ++holds_;
  RecordHold hold(*this, &entry);
  const Record record = view_of(entry.record, topics_.names()[id.topic], position);
  if (listener_->on_record(record, std::move(hold)) == SourceListener::Next::kStop) stopped_ = true;
}

void MemoryFeed::free_record(void* entry) {
  assert(holds_ > 0);
  MemoryTopics::release(*static_cast<MemoryTopics::Entry*>(entry));
  if (--holds_ == 0 && ended_) run_later_();
}

bool MemoryFeed::settle(const Position& position) {
  if (!assignment_.settle(position)) return false;
  const PartitionId id{position.topic, position.partition};
  if (const auto settled = assignment_.tracker(id)->position()) topics_.remove_before(id, *settled);
  return true;
}

// Reading continues at the first record that is not settled, which is the first one in the topic.
void MemoryFeed::reread_if_asked() {
  if (!std::exchange(reread_asked_, false)) return;
  for (const Assignment::Offset& from : assignment_.to_reread()) {
    assert(topics_.begin(from.id) == from.offset);
    listener_->on_revoked(from.id.topic, from.id.partition, assignment_.begin_again(from.id));
  }
}

std::vector<SourceStatus::Lag> MemoryFeed::lag() const {
  std::vector<SourceStatus::Lag> lag;
  for (const PartitionId& id : assignment_.ids()) {
    lag.push_back({topics_.names()[id.topic], id.partition, topics_.end(id) - next_of(id)});
  }
  return lag;
}

}  // namespace hermod
