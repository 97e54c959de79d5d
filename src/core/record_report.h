#pragma once
// Counts and logs the records that are not routed in the normal way: skipped records, dead letters,
// unpublished messages and anomalies. Owned by Ingest.

#include <string>
#include <string_view>
#include <unordered_set>

#include "base/text_hash.h"
#include "events/event_parser.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "source/record.h"

namespace hermod {

// The reason of a dead letter whose record the bus rejected.
inline constexpr std::string_view kRefusedByBus = "refused_by_bus";

class RecordReport {
 public:
  RecordReport(Log& log, Stats& stats) : log_(log), stats_(stats) {}

  void anomalies(const Anomalies& anomalies);

  // --- skipped without a dead letter
  void too_old(const Record& record);
  void external_type(const Record& record, std::string_view event_type);

  // --- dead letters
  void unroutable(const Record& record, const EventParser::Parsed& parsed);
  void refused_by_bus(const Position& position, const Event& event, std::string_view error);

  // The bus stored the message but could not publish it.
  void unpublished(const Event& event, std::string_view error);

 private:
  Log& log_;
  Stats& stats_;
  std::unordered_set<std::string, TextHash> external_types_;  // that were logged
};

}  // namespace hermod
