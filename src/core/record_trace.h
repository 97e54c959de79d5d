#pragma once
// The spans of one record in this process (src/base/tracer.h). hermod.record lasts from receiving
// the record until it is settled, and continues the producer's trace if the record has one. Its
// child hermod.publish lasts from sending the record on the bus until the reply. All functions
// except trace_id_of() are called only while tracing is on.

#include <string>
#include <string_view>

#include "base/tracer.h"
#include "bus/bus.h"
#include "events/event.h"
#include "events/record_fault.h"
#include "source/record.h"

namespace hermod {

struct RecordTrace {
  Span record;
  Span publish;
  std::string traceparent;  // of `record`; published with the message; empty: not sampled
};

// Called when the record can be routed, before it is given to the bus.
void begin_record(Tracer& tracer, RecordTrace& trace, const Record& record, const Event& event);

// Called when the bus sends the record. Only the first call counts; the bus may send it again.
void begin_publish(Tracer& tracer, RecordTrace& trace);

// Called when the bus has replied. Ends both spans.
void end_record(Tracer& tracer, RecordTrace& trace, PublishOutcome outcome, std::string_view error);

// The trace id of a record for log lines; empty if it has none.
std::string trace_id_of(std::string_view traceparent);

// Writes a span without duration that says why the record cannot be routed.
void trace_dead_record(Tracer& tracer, const Record& record, RecordFault fault,
                       std::string_view detail);

}  // namespace hermod
