#include "kafka_source/kafka_source.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "dead_letters/dead_letter.h"
#include "kafka/kafka_owned.h"
#include "kafka_source/kafka_record.h"

// Normal operation
// - The records queue is not empty: drain() takes up to records_per_iteration_max per iteration.
// - Each record is opened in its partition and handed out. done() settles it. Every 200 ms the
//   changed offsets are stored, and librdkafka commits stored offsets once a second.
// Failures
// - kStop: the records queue is not served until resume(). The event queue is always served.
// - A partition is revoked: its open records no longer move an offset.
// - Offsets fall back (the topic was created again or truncated): the partition begins a new epoch.
// - The brokers do not answer: librdkafka retries without a limit, and KafkaHealth reports why.
// - librdkafka reports a fatal error: the partitions count as revoked, and Renewal creates a new
//   client when all records of the old one are released.

namespace hermod {
namespace {

constexpr uint64_t kStoreAfterMs = 200;
constexpr size_t kBatch = 256;

// Limits the time of one loop iteration: further dead letters are logged in later ones.
constexpr size_t kLoggedBytesPerIteration = 256 * 1024;

// Without a group, no rebalance assigns the partitions, not even to a new client.
void add_all_partitions(const KafkaSourceOptions& options, Assignment& assignment) {
  if (options.reading != KafkaSourceOptions::Reading::kAll) return;
  for (uint32_t topic = 0; topic < options.topics.size(); ++topic) {
    for (int32_t one = 0; one < options.partitions; ++one) assignment.add({topic, one});
  }
}

}  // namespace

KafkaSource::KafkaSource(uv_loop_t* loop, Log& log, const Clock& clock, KafkaSourceOptions options)
    : log_(log),
      clock_(clock),
      options_(std::move(options)),
      health_(options_.topics, options_.reading == KafkaSourceOptions::Reading::kGroup
                                   ? options_.group
                                   : std::string()),
      consumer_(loop, log, options_, *this, [this] { drain(); }),
      renewal_(loop, log, clock, consumer_,
               [this] {
                 phase_ = Phase::kRunning;
                 reread_ = false;
                 add_all_partitions(options_, assignment_);
                 health_.begin_again();
               }),
      dead_letter_log_(log, options_.dead_letter_topic),
      missing_(log),
      immediate_(loop, [this] { on_immediate(); }),
      store_timer_(loop, [this] { store_offsets(); }),
      close_timer_(loop, [this] {
        out_of_time_ = true;
        maybe_finish_close();
      }) {
  if (options_.dead_letter_topic.empty()) return;
  DeadLetterOptions letters;
  letters.brokers = options_.brokers;
  letters.client_id = options_.client_id;
  letters.properties = options_.properties;
  letters.topic = options_.dead_letter_topic;
  letters.dead_letters_max = options_.dead_letters_max;
  letters.hold_ms = options_.dead_letter_hold_ms;
  dead_letters_.reset(
      new DeadLetterWriter(loop, log, clock, std::move(letters), dead_letter_log_, *this));
}

KafkaSource::~KafkaSource() {
  assert(phase_ == Phase::kIdle || phase_ == Phase::kClosed);
}

Result<void> KafkaSource::start(SourceListener& listener) {
  assert(phase_ == Phase::kIdle);
  listener_ = &listener;
  if (dead_letters_) {
    if (auto checked = dead_letters_->check(); !checked) return checked;
  }
  if (auto started = consumer_.start(); !started) return started;
  phase_ = Phase::kRunning;
  add_all_partitions(options_, assignment_);
  return {};
}

void KafkaSource::free_record(void* message) {
  assert(holds_ > 0);
  rd_kafka_message_destroy(static_cast<rd_kafka_message_t*>(message));
  if (--holds_ == 0 && (closed_ || phase_ == Phase::kFatal)) immediate_.ask();
}

void KafkaSource::done(const Position& position) {
  assignment_.settle(position);
  on_settled();
}

void KafkaSource::dead_letter(const Position& position, const DeadReason& why,
                              const RecordHold& hold) {
  if (!dead_letters_ || !assignment_.current(position)) return done(position);
  if (!dead_letters_->accepts() && !dead_letters_->overdue()) {
    assignment_.defer(position);
    return on_settled();
  }
  if (!assignment_.release(position)) return;
  const auto& message = *static_cast<const rd_kafka_message_t*>(hold.memory());
  DeadLetter letter = make_dead_letter(message, position, why, iso8601(clock_.wall_ms()));
  if (dead_letters_->accepts()) {
    dead_letters_->write(std::move(letter));
    return on_settled();
  }
  dead_letter_log_.write(letter);
  done(position);
}

void KafkaSource::on_settled() {
  if (phase_ == Phase::kSettling) return immediate_.ask();
  if (phase_ == Phase::kRunning && !store_timer_.active()) store_timer_.start(kStoreAfterMs);
}

void KafkaSource::store_offsets() {
  if (!renewal_.usable()) return;
  if (phase_ == Phase::kRunning || phase_ == Phase::kSettling || phase_ == Phase::kLeaving) {
    consumer_.store(assignment_.take_moved());
    assignment_.note_held(clock_.steady_ms());
  }
}

void KafkaSource::resume() {
  stopped_ = false;
  immediate_.ask();
}

void KafkaSource::on_immediate() {
  if (phase_ == Phase::kRunning) {
    if (reread_) reread_deferred();
    drain();
  }
  maybe_renew();
  maybe_finish_close();
}

void KafkaSource::on_client_events() {
  if (!consumer_.opened()) return;
  std::array<rd_kafka_message_t*, 16> messages{};
  size_t count = 0;
  do {
    count = consumer_.take_events(messages);
    for (rd_kafka_message_t* message : std::span(messages).first(count)) take_event(message);
  } while (count == messages.size());
  if (const std::string fatal = consumer_.fatal_error(); !fatal.empty()) on_fatal(fatal);
  report_state();
  assignment_.note_held(clock_.steady_ms());
  if (phase_ == Phase::kLeaving || (!held_.empty() && may_hand_out())) immediate_.ask();
}

void KafkaSource::take_event(rd_kafka_message_t* raw) {
  kafka::Message message(raw);
  if (phase_ >= Phase::kLeft) return;
  if (raw->err == RD_KAFKA_RESP_ERR_NO_ERROR) return held_.push_back(message.release());
  on_message_error(*message);
}

bool KafkaSource::may_hand_out() const {
  // At the limit of dead letters, records wait for space. The wait is short while the topic can be
  // written; if writing fails, on_dead_letters_failing() ends it.
  const bool dead_letters_wait = dead_letters_ && dead_letters_->full() && dead_letters_->accepts();
  return phase_ == Phase::kRunning && !stopped_ && !dead_letters_wait;
}

bool KafkaSource::fetch() {
  std::array<rd_kafka_message_t*, kBatch> messages{};
  const size_t wanted = std::min<size_t>(kBatch, options_.records_per_iteration_max);
  const size_t count = consumer_.take_records(std::span(messages).first(wanted));
  held_.insert(held_.end(), messages.begin(), messages.begin() + static_cast<ptrdiff_t>(count));
  if (count == 0) lag_.on_all_taken();
  return count > 0;
}

void KafkaSource::drain() {
  uint32_t taken = 0;
  const uint64_t log_until = dead_letter_log_.bytes() + kLoggedBytesPerIteration;
  const auto within_budget = [&] {
    return taken < options_.records_per_iteration_max && dead_letter_log_.bytes() < log_until;
  };
  while (may_hand_out() && within_budget() && (!held_.empty() || fetch())) {
    rd_kafka_message_t* const message = held_.front();
    held_.pop_front();
    ++taken;
    hand_out(message);
  }
  // The budget is used up, and there is no further wake-up for the remaining records.
  if (!within_budget() && may_hand_out()) immediate_.ask();
}

void KafkaSource::hand_out(rd_kafka_message_t* raw) {
  kafka::Message message(raw);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    on_message_error(*message);
    return;
  }
  const std::string_view name = rd_kafka_topic_name(message->rkt);
  const auto topic = topic_index(name);
  if (!topic) return;
  const PartitionId id{*topic, message->partition};
  const OffsetTracker* tracker = assignment_.tracker(id);
  if (tracker == nullptr) return;  // revoked since it was fetched
  if (tracker->falls_back(message->offset)) restart_partition(id);
  if (options_.reading == KafkaSourceOptions::Reading::kAll) count_lost(id, message->offset);
  if (!health_.up()) {
    health_.on_record(name, id.partition);
    report_state();
  }
  const Position position = assignment_.open(id, message->offset);
  const Record record = kafka::make_record(*message, options_.topics[*topic], position);
  ++holds_;
  RecordHold hold(*this, message.release());
  if (listener_->on_record(record, std::move(hold)) == SourceListener::Next::kStop) stopped_ = true;
}

void KafkaSource::count_lost(PartitionId id, int64_t offset) {
  const uint64_t lost = losses_.on_record(id, offset);
  if (lost == 0) return;
  log_.error("records are lost: the embedded broker discarded them before they were read",
             {{"records", lost},
              {"topic", options_.topics[id.topic]},
              {"partition", id.partition},
              {"next_offset", offset},
              {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
              {"error_detail.operation", "source.consume"}});
}

void KafkaSource::restart_partition(PartitionId id) {
  const uint32_t ended = assignment_.begin_again(id);
  listener_->on_revoked(id.topic, id.partition, ended);
}

}  // namespace hermod
