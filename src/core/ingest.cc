// The steps of a record:
// - It is parsed, and its message payload is given to the bus with a ticket.
// - The bus replies. A record is done if it was routed, if it is a duplicate, or if it was stored
//   and could not be published.
// - A record that cannot be routed, or that the bus rejects permanently, becomes a dead letter.
// - An envelope of an external type, or a record above the age limit, is settled without being
//   routed. It is counted and logged.
// - A record of an unavailable shard can be deferred, so that those of other shards continue.
// At the limit of records in flight, the source stops. It is resumed when a quarter of the limit is
// free again.
#include "core/ingest.h"

#include <cassert>
#include <utility>

#include "base/clock.h"
#include "core/record_trace.h"
#include "events/event_format.h"
#include "hermod/log.h"
#include "hermod/stats.h"

namespace hermod {
namespace {

bool too_old(const Record& record, int64_t max_age_ms, int64_t now_wall_ms) {
  if (max_age_ms == 0 || record.timestamp_ms < 0) return false;
  return now_wall_ms - record.timestamp_ms > max_age_ms;
}

}  // namespace

Ingest::Ingest(Source& source, Bus& bus, const CoreContext& core, IngestOptions options)
    : source_(source),
      bus_(bus),
      core_(core),
      options_(std::move(options)),
      parser_(options_.event_types, options_.record_bytes_max),
      records_(options_.in_flight_max, options_.in_flight_bytes_max),
      deferral_(source, {options_.in_flight_max / 2, options_.in_flight_bytes_max / 2}),
      report_(core.log, core.stats),
      external_types_(options_.topics) {}

SourceListener::Next Ingest::on_record(const Record& record, RecordHold hold) {
  if (flow_ == Flow::kEnded) return Next::kStop;
  ++core_.stats.records_received;
  if (too_old(record, options_.record_max_age_ms, core_.clock.wall_ms())) {
    report_.too_old(record);
    skip(record);
    return flow();
  }
  const Ticket ticket = records_.reserve();
  const EventParser::Parsed parsed = parser_.parse(record, records_.at(ticket).event);
  if (parsed.outcome == EventParser::Outcome::kRoutable) {
    external_types_.on_routable(record.position.topic);
    route(record, std::move(hold), ticket);
  } else {
    records_.release(ticket);
    if (parsed.outcome == EventParser::Outcome::kExternalType) {
      external_types_.on_external(record.position.topic, parsed.detail, core_.clock.steady_ms());
      report_.external_type(record, parsed.detail);
      skip(record);
    } else {
      reject(record, hold, parsed);
    }
  }
  flow_ = records_.full() ? Flow::kStopped : Flow::kOpen;
  return flow();
}

void Ingest::route(const Record& record, RecordHold hold, Ticket ticket) {
  RecordInFlight& entry = records_.at(ticket);
  entry.shard = bus_.shard_of(entry.event.user);
  if (deferral_.defer(record.position, entry.event.user, entry.shard)) {
    ++core_.stats.records_deferred;
    return records_.release(ticket);
  }
  records_.open(ticket, record, std::move(hold), core_.clock.steady_ms());
  deferral_.on_opened(entry.shard, entry.bytes);
  report_.anomalies(entry.event.anomalies);
  core_.stats.records_in_flight = records_.count();
  const std::string_view text = published_text(entry.event, record.value, options_.format,
                                               core_.clock.wall_ms(), entry.built);
  if (core_.tracer != nullptr) begin_record(*core_.tracer, entry.trace, record, entry.event);
  bus_.publish({ticket, entry.event.user, entry.event.event_id, text, entry.trace.traceparent});
}

void Ingest::reject(const Record& record, const RecordHold& hold,
                    const EventParser::Parsed& parsed) {
  report_.unroutable(record, parsed);
  if (core_.tracer != nullptr) {
    trace_dead_record(*core_.tracer, record, parsed.fault, parsed.detail);
  }
  write_dead_letter({record.position,
                     {label(parsed.fault), error_code(parsed.fault)},
                     parsed.detail,
                     record.key,
                     record.value,
                     hold});
}

void Ingest::write_dead_letter(const DeadRecord& record) {
  core_.observers.on_dead_letter(record);
  source_.dead_letter(record.position, record.why, record.hold);
}

void Ingest::skip(const Record& record) {
  core_.observers.on_skipped(record.position);
  source_.done(record.position);
}

void Ingest::on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) {
  assert(flow_ != Flow::kEnded);
  RecordInFlight& entry = records_.at(ticket);
  assert(entry.open);
  if (core_.tracer != nullptr) end_record(*core_.tracer, entry.trace, outcome, error);
  settle(entry, outcome, error);
  deferral_.on_answered(entry.shard, entry.bytes);
  records_.release(ticket);
  core_.stats.records_in_flight = records_.count();
  if (flow_ == Flow::kStopped && records_.has_room()) {
    flow_ = Flow::kOpen;
    source_.resume();
  }
}

void Ingest::settle(const RecordInFlight& record, PublishOutcome outcome, std::string_view error) {
  core_.observers.on_settled(record.position, record.event.user, outcome);
  switch (outcome) {
    case PublishOutcome::kRouted: {
      const int64_t took_ms = core_.clock.steady_ms() - record.received_ms;
      ++core_.stats.records_routed;
      core_.stats.route_seconds.add(static_cast<double>(took_ms) / 1000);
      break;
    }
    case PublishOutcome::kRepeat:
      ++core_.stats.records_repeated;
      break;
    case PublishOutcome::kUnpublished:
      report_.unpublished(record.event, error);
      break;
    case PublishOutcome::kForgotten:
      break;
    case PublishOutcome::kRefused:
      report_.refused_by_bus(record.position, record.event, error);
      return write_dead_letter({record.position,
                                {kRefusedByBus, ErrorCode::kExternalService},
                                {},
                                record.event.user,
                                record.event.notification,
                                record.hold});
  }
  source_.done(record.position);
}

void Ingest::on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) {
  records_.revoke(topic, partition, epoch);
  deferral_.on_revoked(topic, partition, epoch);
}

bool Ingest::still_wanted(Ticket ticket) {
  RecordInFlight& entry = records_.at(ticket);
  assert(entry.open);
  if (core_.tracer != nullptr && !entry.revoked) begin_publish(*core_.tracer, entry.trace);
  return !entry.revoked;
}

// The open records are not settled: the next owner of their partitions consumes them again.
void Ingest::on_unanswered() {
  assert(flow_ != Flow::kEnded);
  flow_ = Flow::kEnded;
  records_.release_holds();
}

void Ingest::on_source_state(State state, std::string_view reason) {
  if (state == State::kUp) {
    core_.log.info("consuming from Kafka");
  } else {
    core_.log.warning("stopped consuming from Kafka", {{"error", reason}});
  }
}

}  // namespace hermod
