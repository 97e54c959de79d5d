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

MemorySource::MemorySource(uv_loop_t* loop, const Clock& clock, MemoryTopics& topics,
                           MemorySourceOptions options)
    : clock_(clock),
      topics_(topics),
      options_(options),
      immediate_(loop, [this] { on_immediate(); }),
      patience_(loop, [this] {
        out_of_time_ = true;
        maybe_finish_close();
      }) {}

MemorySource::~MemorySource() {
  assert(phase_ == Phase::kIdle || phase_ == Phase::kClosed);
}

Result<Position> MemorySource::publish(uint32_t topic, std::optional<std::string> key,
                                       std::optional<std::string> value, KafkaHeaders headers) {
  if (topic >= topics_.topics().size()) {
    return Error{ErrorCode::kNotFound, "unknown topic index"};
  }
  if (topics_.records_ >= topics_.options_.records_max) {
    return Error{ErrorCode::kServiceUnavailable,
                 "the in-memory topics are full: too many unsettled records"};
  }
  const size_t hash = std::hash<std::string_view>()(key ? *key : std::string_view());
  const auto partition = static_cast<int32_t>(hash % static_cast<size_t>(topics_.partitions()));
  MemoryTopics::Partition& into = topics_.partitions_[{topic, partition}];
  const Position position{topic, partition, into.end(), 0};
  into.entries.emplace_back(new MemoryTopics::Entry{clock_.wall_ms(), std::move(key),
                                                    std::move(value), std::move(headers)});
  ++topics_.records_;
  if (phase_ == Phase::kRunning) immediate_.ask();
  return position;
}

Result<void> MemorySource::start(SourceListener& listener) {
  assert(phase_ == Phase::kIdle);
  listener_ = &listener;
  phase_ = Phase::kRunning;
  for (uint32_t topic = 0; topic < topics_.topics().size(); ++topic) {
    for (int32_t one = 0; one < topics_.partitions(); ++one) assignment_.add({topic, one});
  }
  immediate_.ask();
  return {};
}

void MemorySource::on_immediate() {
  if (phase_ == Phase::kRunning) drain();
  maybe_finish_close();
}

int64_t MemorySource::next_of(PartitionId id) const {
  if (const auto next = assignment_.tracker(id)->next()) return *next;
  const auto found = topics_.partitions_.find(id);
  return found == topics_.partitions_.end() ? 0 : found->second.begin;
}

bool MemorySource::hand_out_next() {
  for (auto& [id, partition] : topics_.partitions_) {
    const int64_t next = next_of(id);
    if (next >= partition.end()) continue;
    hand_out(id, next, *partition.entries[static_cast<size_t>(next - partition.begin)]);
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
  uint32_t count = 0;
  while (phase_ == Phase::kRunning && !stopped_ && count < options_.records_per_iteration_max) {
    if (!hand_out_next()) break;
    ++count;
  }
  if (count == options_.records_per_iteration_max) immediate_.ask();
}

void MemorySource::hand_out(PartitionId id, int64_t offset, MemoryTopics::Entry& entry) {
  Record record;
  record.position = assignment_.open(id, offset);
  record.topic = topics_.topics()[id.topic];
  record.timestamp_ms = entry.timestamp_ms;
  record.has_key = entry.key.has_value();
  record.has_value = entry.value.has_value();
  if (entry.key) record.key = *entry.key;
  if (entry.value) record.value = *entry.value;
  record.header_event_id = value_of(entry.headers, "event_id");
  record.header_event_type = value_of(entry.headers, "event_type");
  record.header_traceparent = value_of(entry.headers, "traceparent");
  record.header_tracestate = value_of(entry.headers, "tracestate");
  ++entry.uses;
  ++holds_;
  RecordHold hold(*this, &entry);
  if (listener_->on_record(record, std::move(hold)) == SourceListener::Next::kStop) stopped_ = true;
}

void MemorySource::free_record(void* entry) {
  assert(holds_ > 0);
  MemoryTopics::Drop()(static_cast<MemoryTopics::Entry*>(entry));
  if (--holds_ == 0 && closed_) immediate_.ask();
}

void MemorySource::done(const Position& position) {
  if (assignment_.settle(position)) trim(id_of(position));
  if (phase_ == Phase::kSettling) immediate_.ask();
}

void MemorySource::trim(PartitionId id) {
  MemoryTopics::Partition& partition = topics_.partitions_[id];
  const auto settled = assignment_.tracker(id)->position();
  while (settled && partition.begin < *settled) {
    partition.entries.pop_front();
    ++partition.begin;
    --topics_.records_;
  }
}

void MemorySource::dead_letter(const Position& position, const DeadReason& why,
                               const RecordHold& hold) {
  if (!assignment_.release(position)) return;
  const auto& entry = *static_cast<const MemoryTopics::Entry*>(hold.memory());
  DeadLetter letter{position, entry.key, entry.value, entry.headers};
  topics_.dead_letters_.push_back({std::move(letter), std::string(why.reason), why.code});
  if (topics_.dead_letters_.size() > topics_.options_.dead_letters_max) {
    topics_.dead_letters_.pop_front();
  }
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
    const auto found = topics_.partitions_.find(id);
    const int64_t end = found == topics_.partitions_.end() ? 0 : found->second.end();
    status.lag.push_back({topics_.topics()[id.topic], id.partition, end - next_of(id)});
  }
  return status;
}

void MemorySource::leave(uint64_t patience_ms, Closed left) {
  if (phase_ >= Phase::kSettling) return;
  phase_ = Phase::kSettling;
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
