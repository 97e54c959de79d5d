#pragma once
// Parses a record's value and decides whether it can be routed (protocol section 1). Ingest owns
// the parser, which reuses its buffers.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "events/record_fault.h"
#include "source/record.h"

namespace hermod {

class EventReader;

class EventParser {
 public:
  enum class Outcome : uint8_t { kRoutable, kExternalType, kDead };
  struct Parsed {
    Outcome outcome = Outcome::kRoutable;
    RecordFault fault = RecordFault::kNone;  // set with kDead
    // The faulty field, or the external event type (truncated). Valid until the next call.
    std::string_view detail;
  };

  // `event_types`: the types that are routed; each also matches after a prefix that ends in a dot.
  // `record_bytes_max`: RECORD_BYTES_MAX.
  EventParser(std::vector<std::string> event_types, size_t record_bytes_max);
  ~EventParser();

  // Fills `event` if the outcome is kRoutable. Its views are valid as long as the record.
  Parsed parse(const Record& record, Event& event);

  size_t buffer_bytes() const;  // a lower bound of the buffers' memory

 private:
  bool is_routed_type(std::string_view type) const;

  std::vector<std::string> event_types_;
  size_t record_bytes_max_;
  std::unique_ptr<EventReader> reader_;
  std::string other_type_;
};

}  // namespace hermod
