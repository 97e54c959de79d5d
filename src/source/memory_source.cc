#include "source/memory_source.h"

#include <cassert>

namespace hermod {
namespace {

std::string_view value_of(const KafkaHeaders& headers, std::string_view wanted) {
  for (const auto& [name, value] : headers) {
    if (name == wanted && value) return *value;
  }
  return {};
}

PartitionId id_of(const Position& position) {
  return {position.topic, position.partition};
}

}  // namespace

MemorySource::MemorySource(uv_loop_t* loop, MemoryTopics& topics, MemorySourceOptions options)
    : topics_(topics),
      options_(options),
      immediate_(loop, [this] { on_immediate(); }),
      patience_(loop, [this] {
        out_of_time_ = true;
        maybe_finish_close();
      }) {}

MemorySource::~MemorySource() {
  assert(phase_ == Phase::kIdle || phase_ == Phase::kClosed);
}

Result<void> MemorySource::start(SourceListener& listener) {
  assert(phase_ == Phase::kIdle);
  listener_ = &listener;
  phase_ = Phase::kRunning;
  for (const PartitionId& id : topics_.partitions()) assignment_.add(id);
  topics_.watch([this] { immediate_.ask(); });
  immediate_.ask();
  return {};
}

void MemorySource::on_immediate() {
  if (phase_ == Phase::kRunning) drain();
  maybe_finish_close();
}

int64_t MemorySource::next_of(PartitionId id) const {
  return assignment_.tracker(id)->next().value_or(topics_.begin(id));
}

bool MemorySource::hand_out_next(const std::vector<PartitionId>& ids) {
  for (const PartitionId& id : ids) {
    const int64_t next = next_of(id);
    if (next >= topics_.end(id)) continue;
    hand_out(id, next);
    return true;
  }
  return false;
}

void MemorySource::drain() {
  // As with a broker, kUp is reported before the first record and not from inside start().
  if (!reported_up_) {
    reported_up_ = true;
    listener_->on_source_state(SourceListener::State::kUp, "");
  }
  const std::vector<PartitionId> ids = assignment_.ids();
  uint32_t count = 0;
  while (phase_ == Phase::kRunning && !stopped_ && count < options_.records_per_iteration_max) {
    if (!hand_out_next(ids)) break;
    ++count;
  }
  if (count == options_.records_per_iteration_max) immediate_.ask();
}

void MemorySource::hand_out(PartitionId id, int64_t offset) {
  MemoryTopics::Entry& entry = topics_.hold(id, offset);
  const MemoryRecord& from = entry.record;
  Record record;
  record.position = assignment_.open(id, offset);
  record.topic = topics_.names()[id.topic];
  record.timestamp_ms = from.timestamp_ms;
  record.has_key = from.key.has_value();
  record.has_value = from.value.has_value();
  if (from.key) record.key = *from.key;
  if (from.value) record.value = *from.value;
  record.header_event_id = value_of(from.headers, "event_id");
  record.header_event_type = value_of(from.headers, "event_type");
  record.header_traceparent = value_of(from.headers, "traceparent");
  record.header_tracestate = value_of(from.headers, "tracestate");
  ++holds_;
  RecordHold hold(*this, &entry);
  if (listener_->on_record(record, std::move(hold)) == SourceListener::Next::kStop) stopped_ = true;
}

void MemorySource::free_record(void* entry) {
  assert(holds_ > 0);
  MemoryTopics::release(*static_cast<MemoryTopics::Entry*>(entry));
  if (--holds_ == 0 && closed_) immediate_.ask();
}

void MemorySource::done(const Position& position) {
  if (assignment_.settle(position)) trim(id_of(position));
  if (phase_ == Phase::kSettling) immediate_.ask();
}

void MemorySource::trim(PartitionId id) {
  if (const auto settled = assignment_.tracker(id)->position()) {
    topics_.remove_before(id, *settled);
  }
}

void MemorySource::dead_letter(const Position& position, const DeadReason& why,
                               const RecordHold& hold) {
  if (!assignment_.release(position)) return;
  const MemoryRecord& record = static_cast<const MemoryTopics::Entry*>(hold.memory())->record;
  topics_.add({position, record, std::string(why.reason), why.code});
  ++dead_letters_written_;
  assignment_.settle(position);
  trim(id_of(position));
  if (phase_ == Phase::kSettling) immediate_.ask();
}

void MemorySource::resume() {
  stopped_ = false;
  if (phase_ == Phase::kRunning) immediate_.ask();
}

SourceStatus MemorySource::status() const {
  SourceStatus status;
  status.up = phase_ == Phase::kRunning;
  status.reason = status.up ? "" : "not started, or closed";
  status.brokers = "memory";
  status.open = assignment_.unsettled();
  status.partitions_assigned = assignment_.ids().size();
  status.dead_letters_written = dead_letters_written_;
  for (const PartitionId& id : assignment_.ids()) {
    status.lag.push_back({topics_.names()[id.topic], id.partition, topics_.end(id) - next_of(id)});
  }
  return status;
}

void MemorySource::leave(uint64_t patience_ms, Closed left) {
  if (phase_ >= Phase::kSettling) return;
  phase_ = Phase::kSettling;
  topics_.watch(nullptr);
  left_ = std::move(left);
  out_of_time_ = patience_ms == 0;
  if (!out_of_time_) patience_.start(patience_ms);
  immediate_.ask();
}

void MemorySource::close(Closed closed) {
  if (closed_ || phase_ == Phase::kClosed) return;
  closed_ = std::move(closed);
  leave(0, nullptr);
  out_of_time_ = true;
  immediate_.ask();
}

void MemorySource::maybe_finish_close() {
  if (phase_ == Phase::kSettling && (assignment_.unsettled() == 0 || out_of_time_)) {
    phase_ = Phase::kLeft;
    patience_.stop();
    assignment_.clear();
    immediate_.ask();
    if (const Closed left = std::exchange(left_, nullptr)) left();
  }
  if (phase_ != Phase::kLeft || !closed_ || holds_ > 0) return;
  phase_ = Phase::kClosed;
  immediate_.cancel();
  std::exchange(closed_, nullptr)();
}

}  // namespace hermod
