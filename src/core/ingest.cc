// - A record is parsed, and its message payload is given to the bus with a ticket.
// - The bus replies. A record is done if it was routed, if it is a duplicate, or if it was stored
//   and could not be published.
// - A record that cannot be routed, or that the bus rejects permanently, becomes a dead letter.
// - An envelope of an external type, or a record above the age limit, is settled without being
//   routed. It is counted and logged.
// At the limit of records in flight, the source stops. It is resumed when a quarter of the limit is
// free again.

#include "core/ingest.h"

#include <cassert>

#include "base/reuse.h"
#include "core/event_format.h"
#include "core/event_reader.h"

namespace hermod {

Ingest::Ingest(Source& source, Bus& bus, const CoreContext& context, IngestOptions options)
    : source_(source),
      bus_(bus),
      clock_(context.clock),
      log_(context.log),
      stats_(context.stats),
      observers_(context.observers),
      tracer_(context.tracer),
      options_(std::move(options)),
      parser_(options_.event_types, options_.record_bytes_max),
      external_types_(options_.topics) {}

bool Ingest::full() const {
  return in_flight_ >= options_.in_flight_max || in_flight_bytes_ >= options_.in_flight_bytes_max;
}

Ingest::Slot& Ingest::take_slot(Ticket& ticket) {
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  ticket = free_.back();
  free_.pop_back();
  return slots_[ticket];
}

void Ingest::release(Slot& slot, Ticket ticket) {
  slot.open = false;
  slot.hold.release();
  slot.event.shrink();
  clear_for_reuse(slot.built);
  free_.push_back(ticket);
}

size_t Ingest::reusable_bytes() const {
  size_t bytes = parser_.buffer_bytes() + slots_.size() * sizeof(Slot);
  for (const Slot& slot : slots_) {
    bytes += slot.built.capacity() + slot.event.user.capacity() + slot.event.event_id.capacity();
  }
  return bytes;
}

SourceListener::Next Ingest::on_record(const Record& record, RecordHold hold) {
  if (unanswered_) return Next::kStop;
  ++stats_.records_received;
  if (too_old(record)) {
    skip_too_old(record);
    return stopped_ ? Next::kStop : Next::kMore;
  }
  Ticket ticket = 0;
  Slot& slot = take_slot(ticket);
  const EventParser::Parsed parsed = parser_.parse(record, slot.event);
  if (parsed.outcome == EventParser::Outcome::kRoutable) {
    external_types_.on_routable(record.position.topic);
    route(record, std::move(hold), slot, ticket);
  } else {
    release(slot, ticket);
    if (parsed.outcome == EventParser::Outcome::kExternalType) {
      skip_other_type(record, parsed.detail);
    } else {
      reject(record, hold, parsed);
    }
  }
  stopped_ = full();
  return stopped_ ? Next::kStop : Next::kMore;
}

void Ingest::route(const Record& record, RecordHold hold, Slot& slot, Ticket ticket) {
  count_anomalies(slot.event.anomalies);
  slot.position = record.position;
  slot.hold = std::move(hold);
  slot.bytes = record.value.size();
  slot.received_ms = clock_.steady_ms();
  slot.open = true;
  slot.revoked = false;
  ++in_flight_;
  in_flight_bytes_ += slot.bytes;
  stats_.records_in_flight = in_flight_;
  const std::string_view text =
      published_text(slot.event, record.value, options_.format, clock_.wall_ms(), slot.built);
  if (tracer_ != nullptr) begin_record(*tracer_, slot.trace, record, slot.event);
  bus_.publish({ticket, slot.event.user, slot.event.event_id, text, slot.trace.traceparent});
}

void Ingest::reject(const Record& record, const RecordHold& hold,
                    const EventParser::Parsed& parsed) {
  const std::string_view reason = label(parsed.fault);
  ++stats_.dead_letters[reason];
  log_.write_limited("dead_letter", LogLevel::kWarning, "a record cannot be routed",
                     {{"reason", reason},
                      {"field", parsed.detail},
                      {"topic", record.topic},
                      {"partition", record.position.partition},
                      {"offset", record.position.offset},
                      {"trace_id", trace_id_of(record.header_traceparent)},
                      {"error_detail.error_code", to_string(error_code(parsed.fault))},
                      {"error_detail.operation", "record.parse"}});
  if (tracer_ != nullptr) trace_dead_record(*tracer_, record, parsed.fault, parsed.detail);
  write_dead_letter({record.position,
                     {reason, error_code(parsed.fault)},
                     parsed.detail,
                     record.key,
                     record.value,
                     hold});
}

void Ingest::write_dead_letter(const DeadRecord& record) {
  observers_.on_dead_letter(record);
  source_.dead_letter(record.position, record.why, record.hold);
}

void Ingest::on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) {
  assert(ticket < slots_.size());
  Slot& slot = slots_[ticket];
  assert(slot.open);
  --in_flight_;
  in_flight_bytes_ -= slot.bytes;
  stats_.records_in_flight = in_flight_;
  if (tracer_ != nullptr) end_record(*tracer_, slot.trace, outcome, error);
  settle(slot, outcome, error);
  release(slot, ticket);
  if (stopped_ && in_flight_ <= options_.in_flight_max / 4 * 3 &&
      in_flight_bytes_ <= options_.in_flight_bytes_max / 4 * 3) {
    stopped_ = false;
    source_.resume();
  }
}

void Ingest::settle(const Slot& slot, PublishOutcome outcome, std::string_view error) {
  observers_.on_settled(slot.position, slot.event.user, outcome);
  const std::string_view correlation_id = slot.event.field(EventField::kCorrelationId);
  switch (outcome) {
    case PublishOutcome::kRouted:
      ++stats_.records_routed;
      stats_.route_seconds.add(static_cast<double>(clock_.steady_ms() - slot.received_ms) / 1000);
      break;
    case PublishOutcome::kRepeat:
      ++stats_.records_repeated;
      break;
    case PublishOutcome::kUnpublished:
      ++stats_.records_unpublished;
      log_.write_limited("unpublished", LogLevel::kError,
                         "the bus stored a message for replay but refused to publish it",
                         {{"error", error},
                          {"correlation_id", decode_string(correlation_id)},
                          {"trace_id", trace_id_of(slot.event.traceparent)},
                          {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                          {"error_detail.operation", "bus.publish"}});
      break;
    case PublishOutcome::kForgotten:
      break;
    case PublishOutcome::kRefused: {
      constexpr std::string_view kReason = "refused_by_bus";
      ++stats_.dead_letters[kReason];
      log_.write_limited("dead_letter", LogLevel::kWarning, "the bus rejected a record permanently",
                         {{"reason", kReason},
                          {"error", error},
                          {"partition", slot.position.partition},
                          {"offset", slot.position.offset},
                          {"correlation_id", decode_string(correlation_id)},
                          {"trace_id", trace_id_of(slot.event.traceparent)},
                          {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                          {"error_detail.operation", "bus.publish"}});
      return write_dead_letter({slot.position,
                                {kReason, ErrorCode::kExternalService},
                                {},
                                slot.event.user,
                                slot.event.notification,
                                slot.hold});
    }
  }
  source_.done(slot.position);
}

void Ingest::on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) {
  for (Slot& slot : slots_) {
    const Position& position = slot.position;
    if (slot.open && position.topic == topic && position.partition == partition &&
        position.epoch <= epoch) {
      slot.revoked = true;
    }
  }
}

bool Ingest::still_wanted(Ticket ticket) {
  Slot& slot = slots_[ticket];
  if (tracer_ != nullptr && !slot.revoked) begin_publish(*tracer_, slot.trace);
  return !slot.revoked;
}

// The open records are not settled: the next owner of their partitions consumes them again.
void Ingest::on_unanswered() {
  unanswered_ = true;
  for (Slot& slot : slots_) slot.hold.release();
}

void Ingest::on_source_state(State state, std::string_view reason) {
  if (state == State::kUp) {
    log_.info("consuming from Kafka");
  } else {
    log_.warning("stopped consuming from Kafka", {{"error", reason}});
  }
}

}  // namespace hermod
