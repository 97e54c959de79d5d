#include "bus/announced.h"

namespace hermod {

void Announced::hear(std::string_view from, std::string_view text, const RedisTime* time) {
  auto next = parse_place(text);  // an empty one retracts the place before it
  if (next && time != nullptr && time->is_too_late(next->ms)) next.reset();
  if (!next || user != from || place) forget();
  if (!next) trace = parse_traceparent(text).value_or(TraceContext{});
  if (!next && !trace) return;
  user.assign(from);
  place = next.value_or(Place{});
}

void Announced::forget() {
  user.clear();
  place = Place{};
  trace = TraceContext{};
}

}  // namespace hermod
