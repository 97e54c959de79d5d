#include "tracing/span_queue.h"

#include <cassert>
#include <utility>

namespace hermod {

void SpanQueue::push(std::string span) {
  assert(!full());
  bytes_ += span.size();
  spans_.push_back(std::move(span));
}

size_t SpanQueue::take(size_t spans_max, std::string& out) {
  size_t taken = 0;
  for (; taken < spans_max && !spans_.empty(); ++taken) {
    assert(bytes_ >= spans_.front().size());
    if (taken != 0) out += ',';
    out.append(spans_.front());
    bytes_ -= spans_.front().size();
    spans_.pop_front();
  }
  assert(!spans_.empty() || bytes_ == 0);
  return taken;
}

void SpanQueue::clear() {
  spans_.clear();
  bytes_ = 0;
}

}  // namespace hermod
