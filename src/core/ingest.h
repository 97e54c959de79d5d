#pragma once
// Takes records from the source, puts their texts on the bus, and settles them as the bus answers.
// What is under way is bounded in records and bytes; at the bound the source is told to stop.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/text_hash.h"
#include "bus/bus.h"
#include "core/event.h"
#include "core/external_types.h"
#include "core/format.h"
#include "core/observer.h"
#include "core/record_trace.h"
#include "hermod/log.h"
#include "hermod/stats.h"
#include "source/source.h"

namespace hermod {

struct IngestOptions {
  std::vector<std::string> topics;       // of the source
  std::vector<std::string> event_types;  // that are for us
  int64_t record_max_age_ms = 0;         // by the record's own time; 0: no limit
  Format format = Format::kNotification;
  size_t record_bytes_max = 1024 * 1024;
  // The bus sends a part of them at once; what waits behind it for the same user goes in one step,
  // which on a backlog costs Redis and the client's socket less than one by one.
  size_t in_flight_max = 8000;
  size_t in_flight_bytes_max = 32 * 1024 * 1024;
};

// A record that goes to the dead letters. The views are valid during the call only.
struct DeadRecord {
  const Position& position;
  DeadReason why;
  std::string_view field;  // what of it is wrong, empty where nothing can be named
  std::string_view key;
  std::string_view value;
  const RecordHold& hold;
};

class Ingest final : public SourceListener, public PublishListener {
 public:
  Ingest(Source& source, Bus& bus, const Clock& clock, Log& log, Stats& stats,
         IngestOptions options);

  void set_tracer(Tracer* tracer) { tracer_ = tracer; }  // null: off, as at first
  size_t in_flight() const { return in_flight_; }
  size_t spare_bytes() const;  // what is kept to be reused, at least
  const ExternalTypes& external_types() const { return external_types_; }

  // Who else wants to see what cannot be routed; any number of them.
  void watch_dead(std::function<void(const DeadRecord&)> observer) {
    dead_watchers_.push_back(std::move(observer));
  }
  void watch(Observer* observer) { observer_ = observer; }  // as Hub::watch()

  // --- SourceListener
  Next on_record(const Record& record, RecordHold hold) override;
  void on_batch_end() override { parser_.give_back(); }
  void on_revoked(uint32_t topic, int32_t partition, uint32_t epoch) override;
  void on_source_state(State state, std::string_view reason) override;

  // --- PublishListener
  void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) override;
  bool still_wanted(Ticket ticket) override;
  void on_unanswered() override;

 private:
  // A record that the bus has. Slots are reused, so that their strings keep their memory where that
  // is small.
  struct Slot {
    Position position;
    RecordHold hold;  // until the bus has answered, or never will
    Event event;
    std::string built;  // the text where the format has one built
    size_t bytes = 0;
    int64_t received_ms = 0;
    bool open = false;
    bool revoked = false;
    RecordTrace trace;
  };

  Slot& take_slot(Ticket& ticket);
  void release(Slot& slot, Ticket ticket);
  void route(const Record& record, RecordHold hold, Slot& slot, Ticket ticket);
  void bury(const DeadRecord& record);
  void reject(const Record& record, const RecordHold& hold, const EventParser::Parsed& parsed);
  bool too_old(const Record& record) const;
  void skip_too_old(const Record& record);
  void skip_other_type(const Record& record, std::string_view event_type);
  void count_oddities(const Anomalies& anomalies);
  void settle(const Slot& slot, PublishOutcome outcome, std::string_view error);
  bool full() const;

  Source& source_;
  Bus& bus_;
  const Clock& clock_;
  Log& log_;
  Stats& stats_;
  IngestOptions options_;
  EventParser parser_;
  std::deque<Slot> slots_;  // a deque: what the bus has points into them
  std::vector<Ticket> free_;
  size_t in_flight_ = 0;
  size_t in_flight_bytes_ = 0;
  Tracer* tracer_ = nullptr;
  bool stopped_ = false;
  bool unanswered_ = false;  // the bus answers nothing any more
  Observer* observer_ = nullptr;
  ExternalTypes external_types_;
  std::unordered_set<std::string, TextHash> other_types_;  // logged already
  std::vector<std::function<void(const DeadRecord&)>> dead_watchers_;
};

}  // namespace hermod
