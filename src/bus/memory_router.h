#pragma once
// Routes publications and external messages in MemoryBus: appends them to the history, delivers
// them to the confirmed subscriptions, and answers the publications. MemoryBus owns it.

#include <cstdint>
#include <string_view>

#include "bus/bus.h"
#include "bus/memory_history.h"
#include "bus/memory_subscriptions.h"

namespace hermod {

class MemoryRouter {
 public:
  MemoryRouter(MemoryHistory& history, const MemorySubscriptions& subscriptions)
      : history_(history), subscriptions_(subscriptions) {}

  void start(BusListener& texts, PublishListener& publications);

  void route(const Publication& publication);
  void route_external(std::string_view user, std::string_view text);

  uint64_t external_dropped() const { return external_dropped_; }  // not UTF-8

 private:
  void deliver(std::string_view user, StreamId stream_id, std::string_view text,
               std::string_view traceparent);

  MemoryHistory& history_;
  const MemorySubscriptions& subscriptions_;
  BusListener* texts_ = nullptr;
  PublishListener* publications_ = nullptr;
  uint64_t external_dropped_ = 0;
};

}  // namespace hermod
