#pragma once
// Receives records from the source, publishes their message payloads on the bus, and settles each
// record when the bus replies. The number and bytes of records in flight are limited; at the limit,
// the source stops.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/text_hash.h"
#include "bus/bus.h"
#include "core/core_context.h"
#include "core/event.h"
#include "core/external_types.h"
#include "core/observers.h"
#include "core/publish_format.h"
#include "core/record_trace.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "source/source.h"

namespace hermod {

struct IngestOptions {
  std::vector<std::string> topics;       // of the source
  std::vector<std::string> event_types;  // that are routed
  int64_t record_max_age_ms = 0;         // by the record's timestamp; 0: no limit
  PublishFormat format = PublishFormat::kNotification;
  size_t record_bytes_max = 1024 * 1024;
  // The bus sends only a part of them at once. Records of the same user that wait after it go in
  // one step, which on a backlog costs Redis and the client's socket less than separate steps.
  size_t in_flight_max = 8000;
  size_t in_flight_bytes_max = 32 * 1024 * 1024;
};

class Ingest final : public SourceListener, public PublishListener {
 public:
  Ingest(Source& source, Bus& bus, const CoreContext& context, IngestOptions options);

  size_t in_flight() const { return in_flight_; }
  size_t reusable_bytes() const;  // a lower bound of the memory kept for reuse
  const ExternalTypes& external_types() const { return external_types_; }

  // --- SourceListener
  Next on_record(const Record& record, RecordHold hold) override;
  void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) override;
  void on_source_state(State state, std::string_view reason) override;

  // --- PublishListener
  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) override;
  bool still_wanted(Ticket ticket) override;
  void on_unanswered() override;

 private:
  // A record that was given to the bus. Slots are reused, so that small strings keep their memory.
  struct Slot {
    Position position;
    RecordHold hold;  // until the bus replies, or reports that it will not
    Event event;
    std::string built;  // the message payload if the format builds one
    size_t bytes = 0;
    int64_t received_ms = 0;
    bool open = false;
    bool revoked = false;
    RecordTrace trace;
  };

  Slot& take_slot(Ticket& ticket);
  void release(Slot& slot, Ticket ticket);
  void route(const Record& record, RecordHold hold, Slot& slot, Ticket ticket);
  void write_dead_letter(const DeadRecord& record);
  void reject(const Record& record, const RecordHold& hold, const EventParser::Parsed& parsed);
  bool too_old(const Record& record) const;
  void skip_too_old(const Record& record);
  void skip_other_type(const Record& record, std::string_view event_type);
  void count_anomalies(const Anomalies& anomalies);
  void settle(const Slot& slot, PublishOutcome outcome, std::string_view error);
  bool full() const;

  Source& source_;
  Bus& bus_;
  const Clock& clock_;
  Log& log_;
  Stats& stats_;
  Observers& observers_;
  Tracer* tracer_;  // null: off
  IngestOptions options_;
  EventParser parser_;
  std::deque<Slot> slots_;  // a deque, because the bus has views into the slots
  std::vector<Ticket> free_;
  size_t in_flight_ = 0;
  size_t in_flight_bytes_ = 0;
  bool stopped_ = false;
  bool unanswered_ = false;  // the bus closes and sends no more replies
  ExternalTypes external_types_;
  std::unordered_set<std::string, TextHash> other_types_;  // external types that were logged
};

}  // namespace hermod
