#include "core/record_trace.h"

#include <utility>

#include "events/event_reader.h"

namespace hermod {
namespace {

std::string_view label(PublishOutcome outcome) {
  switch (outcome) {
    case PublishOutcome::kRouted:
      return "routed";
    case PublishOutcome::kRepeat:
      return "repeat";
    case PublishOutcome::kUnpublished:
      return "unpublished";
    case PublishOutcome::kRefused:
      return "refused";
    case PublishOutcome::kForgotten:
      return "forgotten";
  }
  return "unknown";
}

Span begin(Tracer& tracer, const Record& record, std::string_view traceparent,
           std::string_view tracestate) {
  const TraceContext parent = parse_traceparent(traceparent).value_or(TraceContext{});
  Span span = tracer.begin({"hermod.record", SpanKind::kConsumer, parent, tracestate});
  span.set("messaging.system", "kafka");
  span.set("messaging.operation.type", "process");
  span.set("messaging.destination.name", record.topic);
  span.set("messaging.destination.partition.id", std::to_string(record.position.partition));
  span.set("messaging.kafka.offset", record.position.offset);
  return span;
}

}  // namespace

std::string trace_id_of(std::string_view traceparent) {
  const auto context = parse_traceparent(traceparent);
  return context ? to_hex(context->trace) : std::string();
}

void begin_record(Tracer& tracer, RecordTrace& trace, const Record& record, const Event& event) {
  trace.record = begin(tracer, record, event.traceparent, event.tracestate);
  trace.traceparent.clear();
  if (!trace.record.recording()) return;
  trace.traceparent = format_traceparent(trace.record.context);
  trace.record.set("user.id", event.user);
  trace.record.set("hermod.event_id", event.event_id);
  for (const auto& [key, field] :
       {std::pair{"correlation_id", EventField::kCorrelationId},
        std::pair{"hermod.notification_type", EventField::kNotificationType},
        std::pair{"hermod.category", EventField::kCategory},
        std::pair{"hermod.priority", EventField::kPriority}}) {
    trace.record.set(key, decode_string(event.field(field)));
  }
}

void begin_publish(Tracer& tracer, RecordTrace& trace) {
  if (trace.publish.context) return;
  trace.publish = tracer.begin(
      {"hermod.publish", SpanKind::kClient, trace.record.context, trace.record.tracestate});
}

void end_record(Tracer& tracer, RecordTrace& trace, PublishOutcome outcome,
                std::string_view error) {
  for (Span* span : {&trace.publish, &trace.record}) {
    span->set("hermod.outcome", label(outcome));
    if (!error.empty()) {
      span->fail({ErrorCode::kExternalService, std::string(error)}, "bus.publish");
    }
    tracer.end(*span);
  }
}

void trace_dead_record(Tracer& tracer, const Record& record, RecordFault fault,
                       std::string_view detail) {
  Span span = begin(tracer, record, record.header_traceparent, record.header_tracestate);
  span.set("hermod.outcome", "dead_letter");
  span.set("hermod.field", detail);
  span.fail({error_code(fault), std::string(label(fault))}, "record.parse");
  tracer.end(span);
}

}  // namespace hermod
