#include "kafka_source/record_feed.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>
#include <utility>

#include "kafka/kafka_owned.h"
#include "kafka_source/kafka_record.h"

namespace hermod {
namespace {

constexpr size_t kBatch = 256;

// Limits the time of one loop iteration: further dead letters are logged in later ones.
constexpr size_t kLoggedBytesPerIteration = 256 * 1024;

}  // namespace

bool RecordFeed::may_hand_out() const {
  return uses_.lifecycle.is(SourceLifecycle::State::kRunning) && !stopped_ &&
         !uses_.dead_letters.must_wait();
}

bool RecordFeed::fetch() {
  std::array<rd_kafka_message_t*, kBatch> messages{};
  const size_t wanted = std::min<size_t>(kBatch, uses_.options.records_per_iteration_max);
  const size_t count = uses_.consumer.take_records(std::span(messages).first(wanted));
  for (rd_kafka_message_t* message : std::span(messages).first(count)) uses_.fetched.push(message);
  if (count == 0) uses_.monitor.on_all_taken();
  return count > 0;
}

void RecordFeed::drain() {
  uint32_t taken = 0;
  const uint64_t log_until = uses_.dead_letters.logged_bytes() + kLoggedBytesPerIteration;
  const auto within_budget = [&] {
    return taken < uses_.options.records_per_iteration_max &&
           uses_.dead_letters.logged_bytes() < log_until;
  };
  while (may_hand_out() && within_budget() && (!uses_.fetched.empty() || fetch())) {
    ++taken;
    hand_out(uses_.fetched.pop());
  }
  // The budget is used up, and there is no further wake-up for the remaining records.
  if (!within_budget() && may_hand_out()) owner_.on_feed_pending();
}

void RecordFeed::hand_out(rd_kafka_message_t* raw) {
  kafka::Message message(raw);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    owner_.on_error_message(*message);
    return;
  }
  const std::string_view name = rd_kafka_topic_name(message->rkt);
  const auto topic = uses_.partitions.topic_index(name);
  if (!topic) return;
  const PartitionId id{*topic, message->partition};
  Assignment& assignment = uses_.partitions.assignment();
  const OffsetTracker* tracker = assignment.tracker(id);
  if (tracker == nullptr) return;  // revoked since it was fetched
  if (tracker->falls_back(message->offset)) uses_.partitions.restart(id);
  count_lost(id, message->offset);
  if (!uses_.monitor.health().up()) {
    uses_.monitor.on_record(name, id.partition);
    owner_.report_state();
  }
  const Position position = assignment.open(id, message->offset);
  const Record record = kafka::make_record(*message, uses_.options.topics[*topic], position);
  ++holds_;
  RecordHold hold(*this, message.release());
  if (listener_->on_record(record, std::move(hold)) == SourceListener::Next::kStop) stopped_ = true;
}

void RecordFeed::count_lost(PartitionId id, int64_t offset) {
  if (uses_.options.reading != KafkaSourceOptions::Reading::kAll) return;
  const uint64_t lost = losses_.on_record(id, offset);
  if (lost == 0) return;
  uses_.log.error("records are lost: the embedded broker discarded them before they were read",
                  {{"records", lost},
                   {"topic", uses_.options.topics[id.topic]},
                   {"partition", id.partition},
                   {"next_offset", offset},
                   {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                   {"error_detail.operation", "source.consume"}});
}

void RecordFeed::free_record(void* message) {
  assert(holds_ > 0);
  rd_kafka_message_destroy(static_cast<rd_kafka_message_t*>(message));
  const bool awaited = !uses_.lifecycle.is(SourceLifecycle::State::kRunning);
  if (--holds_ == 0 && awaited) owner_.on_feed_pending();
}

}  // namespace hermod
