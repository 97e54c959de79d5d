// Records that Ingest skips without a dead letter, and anomalies of records that it routes.

#include "core/ingest.h"

namespace hermod {
namespace {

constexpr size_t kOtherTypesMax = 100;  // logged once each; further types are only counted

}  // namespace

bool Ingest::too_old(const Record& record) const {
  if (options_.record_max_age_ms == 0 || record.timestamp_ms < 0) return false;
  return clock_.wall_ms() - record.timestamp_ms > options_.record_max_age_ms;
}

void Ingest::skip_too_old(const Record& record) {
  ++stats_.records_too_old;
  log_.write_limited("too_old", LogLevel::kWarning,
                     "skipped a record older than RECORD_MAX_AGE_SECONDS",
                     {{"topic", record.topic},
                      {"partition", record.position.partition},
                      {"offset", record.position.offset},
                      {"record_time", iso8601(record.timestamp_ms)}});
  observers_.on_skipped(record.position);
  source_.done(record.position);
}

void Ingest::skip_other_type(const Record& record, std::string_view event_type) {
  ++stats_.records_not_ours;
  external_types_.on_external(record.position.topic, event_type, clock_.steady_ms());
  if (other_types_.size() < kOtherTypesMax && other_types_.emplace(event_type).second) {
    log_.info("skipped a record of an external event type; further ones are only counted",
              {{"event_type", event_type}, {"topic", record.topic}});
  }
  observers_.on_skipped(record.position);
  source_.done(record.position);
}

void Ingest::count_anomalies(const Anomalies& anomalies) {
  if (anomalies.unknown_category) ++stats_.anomalies["unknown_category"];
  if (anomalies.unknown_priority) ++stats_.anomalies["unknown_priority"];
  if (anomalies.optional_type) ++stats_.anomalies["optional_type"];
}

}  // namespace hermod
