#pragma once
// A SourceListener that keeps the records and events it receives; the test decides the result of
// on_record().

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "source/source.h"

namespace hermod::test {

// A record with copies of its strings.
struct SeenRecord {
  Position position;
  std::string topic;
  std::optional<std::string> key;
  std::optional<std::string> value;
  int64_t timestamp_ms;
  std::string event_id, event_type, traceparent, tracestate;
};

class SourceSpy final : public SourceListener {
 public:
  // Called by on_record after it has stored the record and its hold. If unset, on_record returns
  // kMore.
  std::function<Next(const Record&)> on_record_do;

  std::vector<SeenRecord> records;
  std::vector<Record> views;  // the original records; valid as long as their holds
  std::map<Position, RecordHold> holds;
  std::vector<State> states;
  std::vector<std::string> reasons;
  struct Revoked {
    uint32_t topic;
    int32_t partition;
    uint32_t epoch;
  };
  std::vector<Revoked> revoked;

  Next on_record(const Record& record, RecordHold hold) override {
    SeenRecord seen{record.position,
                    std::string(record.topic),
                    {},
                    {},
                    record.timestamp_ms,
                    std::string(record.header_event_id),
                    std::string(record.header_event_type),
                    std::string(record.header_traceparent),
                    std::string(record.header_tracestate)};
    if (record.has_key) seen.key = record.key;
    if (record.has_value) seen.value = record.value;
    records.push_back(std::move(seen));
    views.push_back(record);
    holds[record.position] = std::move(hold);
    return on_record_do ? on_record_do(record) : Next::kMore;
  }
  void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) override {
    revoked.push_back({topic, partition, epoch});
  }
  void on_source_state(State state, std::string_view reason) override {
    states.push_back(state);
    reasons.emplace_back(reason);
  }

  bool up() const { return !states.empty() && states.back() == State::kUp; }

  std::vector<std::string> values() const {
    std::vector<std::string> values;
    for (const SeenRecord& record : records) values.push_back(record.value.value_or("(none)"));
    return values;
  }
  std::set<std::string> distinct() const {
    const auto all = values();
    return {all.begin(), all.end()};
  }
};

}  // namespace hermod::test
