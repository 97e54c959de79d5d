#pragma once
// A Tracer that keeps the ended spans, for assertions.

#include <vector>

#include "base/tracer.h"

namespace hermod::test {

class KeptTracer final : public Tracer {
 public:
  Span begin(const SpanStart& start) override {
    Span span;
    span.name = start.name;
    span.kind = start.kind;
    span.context = {start.parent ? start.parent.trace : TraceId{1, ++last_}, ++last_, true};
    span.parent = start.parent.span;
    span.at = start.at.steady_ns == 0 ? now() : start.at;
    return span;
  }
  void end(Span& span) override {
    if (span.recording()) spans.push_back(std::exchange(span, Span()));
  }
  TraceTime now() const override { return {time_ns, time_ns}; }

  std::vector<Span> spans;
  int64_t time_ns = 1;

 private:
  uint64_t last_ = 0;
};

}  // namespace hermod::test
