#pragma once
// The components of a server that a test may observe and control. Returned by Server::internals()
// to the harness, before the server starts.

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/memory_bus.h"
#include "core/hub.h"
#include "core/observers.h"
#include "hermod/options.h"
#include "hermod/server.h"
#include "server/outage_notifier.h"
#include "server/readiness.h"
#include "source/record_producer.h"
#include "ws/ws_server.h"

namespace hermod {

// All of them live until the server is closed.
struct Server::Internals {
  uv_loop_t* loop;
  const Options& options;
  MovableClock& clock;
  Observers& observers;
  Bus& bus;
  MemoryBus* memory_bus;  // the same bus; null: Redis is configured
  RecordProducer& producer;
  Hub& hub;
  OutageNotifier& outage;
  WsServer& ws;
  const Readiness& readiness;
};

}  // namespace hermod
