#pragma once
// Receives records from the source, publishes their message payloads on the bus, and settles each
// record when the bus replies. The number and bytes of records in flight are limited; at the limit,
// the source stops. RecordDeferral keeps a part of the limit free for the shards of the bus that
// are up. Owned by the composition in server/; the source and the bus call it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bus/bus.h"
#include "core/core_context.h"
#include "core/observers.h"
#include "core/record_deferral.h"
#include "core/record_report.h"
#include "core/records_in_flight.h"
#include "events/event_parser.h"
#include "events/external_types.h"
#include "events/publish_format.h"
#include "source/source.h"

namespace hermod {

struct IngestOptions {
  std::vector<std::string> topics;       // of the source
  std::vector<std::string> event_types;  // that are routed
  int64_t record_max_age_ms = 0;         // by the record's timestamp; 0: no limit
  PublishFormat format = PublishFormat::kNotification;
  size_t record_bytes_max = 1024 * 1024;
  // The bus has only a part of them in flight at a time. It sends the waiting records of one user
  // in one step, which costs Redis and the client's socket less than separate steps when there is a
  // backlog.
  size_t in_flight_max = 8000;
  size_t in_flight_bytes_max = 32 * 1024 * 1024;
};

class Ingest final : public SourceListener, public PublishListener {
 public:
  Ingest(Source& source, Bus& bus, const CoreContext& core, IngestOptions options);

  size_t in_flight() const { return records_.count(); }
  size_t reusable_bytes() const { return parser_.buffer_bytes() + records_.reusable_bytes(); }
  const ExternalTypes& external_types() const { return external_types_; }
  Observer& shard_observer() { return deferral_; }

  // --- SourceListener
  Next on_record(const Record& record, RecordHold hold) override;
  void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) override;
  void on_source_state(State state, std::string_view reason) override;

  // --- PublishListener
  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) override;
  bool still_wanted(Ticket ticket) override;
  void on_unanswered() override;

 private:
  enum class Flow {
    kOpen,
    kStopped,  // at the limit: the source hands out no records until resume()
    kEnded,    // the bus closes and sends no more replies
  };

  Next flow() const { return flow_ == Flow::kOpen ? Next::kMore : Next::kStop; }
  void route(const Record& record, RecordHold hold, Ticket ticket);
  void reject(const Record& record, const RecordHold& hold, const EventParser::Parsed& parsed);
  void write_dead_letter(const DeadRecord& record);
  void skip(const Record& record);
  void settle(const RecordInFlight& record, PublishOutcome outcome, std::string_view error);

  Source& source_;
  Bus& bus_;
  const CoreContext core_;
  const IngestOptions options_;
  EventParser parser_;
  RecordsInFlight records_;
  RecordDeferral deferral_;
  RecordReport report_;
  ExternalTypes external_types_;
  Flow flow_ = Flow::kOpen;
};

}  // namespace hermod
