#pragma once
// The spans of one record on its way through this process (src/base/tracer.h): hermod.record from
// in hand to settled, under the sender's trace where the record names one; inside it hermod.publish
// from sent to answered by the bus. Called only while tracing is on,
// but for trace_id_of().

#include <string>
#include <string_view>

#include "base/tracer.h"
#include "bus/bus.h"
#include "core/event.h"
#include "source/record.h"

namespace hermod {

struct RecordTrace {
  Span record;
  Span publish;
  std::string traceparent;  // of `record`, for whoever delivers the text; empty: not kept
};

// The record is routable and goes to the bus.
void begin_record(Tracer& tracer, RecordTrace& trace, const Record& record, const Event& event);

// The bus sends it now, perhaps again: the first time counts.
void begin_publish(Tracer& tracer, RecordTrace& trace);

// The bus has answered; both spans end.
void end_record(Tracer& tracer, RecordTrace& trace, PublishOutcome outcome, std::string_view error);

// The trace that a record belongs to, as log lines have it; empty: none.
std::string trace_id_of(std::string_view traceparent);

// The record cannot be routed: a span of no length that says why.
void trace_dead_record(Tracer& tracer, const Record& record, RecordFault fault,
                       std::string_view detail);

}  // namespace hermod
