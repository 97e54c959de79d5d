#include "kafka_source/kafka_source.h"

#include <cassert>
#include <utility>
#include <vector>

// Normal operation
// - The records queue is not empty: RecordFeed takes up to records_per_iteration_max per iteration.
// - Each record is opened in its partition and handed out. done() settles it. Every 200 ms the
//   changed offsets are stored, and librdkafka commits stored offsets once a second.
// Failures
// - kStop: the records queue is not served until resume(). The event queue is always served.
// - A partition is revoked: its open records no longer move an offset.
// - Offsets fall back (the topic was created again or truncated): the partition begins a new epoch.
// - A record is deferred: its partition is read again from there on read_deferred().
// - The brokers do not answer: librdkafka retries without a limit, and KafkaHealth reports why.
// - librdkafka reports a fatal error: the partitions count as revoked, and Renewal creates a new
//   client when all records of the old one are released.

namespace hermod {
namespace {

using State = SourceLifecycle::State;

std::string group_of(const KafkaSourceOptions& options) {
  return options.reading == KafkaSourceOptions::Reading::kGroup ? options.group : std::string();
}

}  // namespace

KafkaSource::KafkaSource(uv_loop_t* loop, Log& log, const Clock& clock, KafkaSourceOptions options)
    : options_(std::move(options)),
      monitor_(log, options_.topics, group_of(options_)),
      session_(loop, clock, {log, lifecycle_, consumer_, monitor_, fetched_, partitions_, feed_},
               [this] { immediate_.ask(); }),
      consumer_(loop, log, options_, session_, [this] { feed_.drain(); }),
      dead_letters_(loop, log, clock, options_, *this),
      partitions_(loop, {log, clock, options_, consumer_, fetched_}),
      feed_({log, options_, lifecycle_, consumer_, monitor_, fetched_, partitions_, dead_letters_},
            session_),
      immediate_(loop, [this] { on_immediate(); }),
      closing_(loop,
               {lifecycle_, fetched_, partitions_, feed_, dead_letters_, session_, immediate_},
               options_.leave_timeout_ms) {}

KafkaSource::~KafkaSource() {
  assert(lifecycle_.is(State::kIdle) || lifecycle_.is(State::kClosed));
}

Result<void> KafkaSource::start(SourceListener& listener) {
  assert(lifecycle_.is(State::kIdle));
  if (auto checked = dead_letters_.check(); !checked) return checked;
  return session_.start(listener);
}

void KafkaSource::done(const Position& position) {
  partitions_.assignment().settle(position);
  on_settled();
}

void KafkaSource::dead_letter(const Position& position, const DeadReason& why,
                              const RecordHold& hold) {
  const auto outcome = dead_letters_.add(partitions_.assignment(), position, why, hold);
  if (outcome == DeadLetterRoute::Outcome::kDone) return done(position);
  on_settled();
}

void KafkaSource::on_settled() {
  if (lifecycle_.is(State::kSettling)) return immediate_.ask();
  if (lifecycle_.is(State::kRunning)) partitions_.store_later();
}

void KafkaSource::defer(const Position& position) {
  partitions_.assignment().defer(position);
  on_settled();
}

void KafkaSource::read_deferred() {
  partitions_.ask_reread();
  immediate_.ask();
}

void KafkaSource::resume() {
  feed_.resume();
  immediate_.ask();
}

void KafkaSource::on_immediate() {
  if (lifecycle_.is(State::kRunning)) {
    partitions_.reread_if_asked();
    feed_.drain();
  }
  session_.maybe_renew();
  closing_.maybe_finish_close();
}

void KafkaSource::on_dead_letter_settled(const Position& position) {
  done(position);
  // drain() may be waiting for this space.
  if (feed_.may_hand_out()) immediate_.ask();
}

void KafkaSource::on_dead_letter_space() {
  read_deferred();
}

void KafkaSource::on_dead_letters_failing() {
  immediate_.ask();
}

SourceStatus KafkaSource::status() const {
  SourceStatus status;
  const kafka::KafkaHealth& health = monitor_.health();
  const Assignment& assignment = partitions_.assignment();
  const std::vector<PartitionId> assigned = assignment.ids();
  status.up = health.up();
  status.reason = health.reason();
  status.brokers = options_.brokers;
  status.missing_topics = health.missing();
  status.open = assignment.unsettled();
  status.partitions_deferred = assignment.to_reread().size();
  status.records_lost = feed_.lost();
  status.oldest_held_ms = partitions_.oldest_held_ms();
  status.partitions_assigned = assigned.size();
  status.joined_for_ms = health.joined_for_ms();
  dead_letters_.describe(status);
  for (const PartitionId& id : assigned) {
    const std::string& topic = options_.topics[id.topic];
    status.lag.push_back({topic, id.partition,
                          monitor_.lag_of({topic, id.partition}, assignment.tracker(id)->next())});
  }
  return status;
}

void KafkaSource::leave(uint64_t patience_ms, Closed left) {
  closing_.leave(patience_ms, std::move(left));
}

void KafkaSource::close(Closed closed) {
  closing_.close(std::move(closed));
}

}  // namespace hermod
