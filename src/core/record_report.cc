#include "core/record_report.h"

#include <cassert>

#include "base/clock.h"
#include "core/record_trace.h"
#include "events/event_reader.h"

namespace hermod {
namespace {

constexpr size_t kExternalTypesMax = 100;  // logged once each; further types are only counted

}  // namespace

void RecordReport::anomalies(const Anomalies& anomalies) {
  if (anomalies.unknown_category) ++stats_.anomalies["unknown_category"];
  if (anomalies.unknown_priority) ++stats_.anomalies["unknown_priority"];
  if (anomalies.optional_type) ++stats_.anomalies["optional_type"];
}

void RecordReport::too_old(const Record& record) {
  ++stats_.records_too_old;
  log_.write_limited("too_old", LogLevel::kWarning,
                     "skipped a record older than RECORD_MAX_AGE_SECONDS",
                     {{"topic", record.topic},
                      {"partition", record.position.partition},
                      {"offset", record.position.offset},
                      {"record_time", iso8601(record.timestamp_ms)}});
}

void RecordReport::external_type(const Record& record, std::string_view event_type) {
  ++stats_.records_not_ours;
  if (external_types_.size() < kExternalTypesMax && external_types_.emplace(event_type).second) {
    log_.info("skipped a record of an external event type; further ones are only counted",
              {{"event_type", event_type}, {"topic", record.topic}});
  }
}

void RecordReport::unroutable(const Record& record, const EventParser::Parsed& parsed) {
  assert(parsed.outcome == EventParser::Outcome::kDead);
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
}

void RecordReport::refused_by_bus(const Position& position, const Event& event,
                                  std::string_view error) {
  ++stats_.dead_letters[kRefusedByBus];
  log_.write_limited("dead_letter", LogLevel::kWarning, "the bus rejected a record permanently",
                     {{"reason", kRefusedByBus},
                      {"error", error},
                      {"partition", position.partition},
                      {"offset", position.offset},
                      {"correlation_id", decode_string(event.field(EventField::kCorrelationId))},
                      {"trace_id", trace_id_of(event.traceparent)},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "bus.publish"}});
}

void RecordReport::unpublished(const Event& event, std::string_view error) {
  ++stats_.records_unpublished;
  log_.write_limited("unpublished", LogLevel::kError,
                     "the bus stored a message for replay but refused to publish it",
                     {{"error", error},
                      {"correlation_id", decode_string(event.field(EventField::kCorrelationId))},
                      {"trace_id", trace_id_of(event.traceparent)},
                      {"error_detail.error_code", to_string(ErrorCode::kExternalService)},
                      {"error_detail.operation", "bus.publish"}});
}

}  // namespace hermod
