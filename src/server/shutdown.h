#pragma once
// Closes a server in steps:
//
//   1. Readiness is off and upgrades are refused, but pages are still served. The source leaves its
//      group when its open records are settled, and the connections are closed over the drain time.
//   2. When both are done, the HTTP servers, the bus, the source and the producer close. The bus
//      writes its last acknowledged positions; the records of the source live until the bus has
//      released them.
//   3. The WebSocket server closes.
//   4. The libwebsockets context closes, while the tracer sends its last spans.
//
// Each component reports its completion to child_ended(); the last one starts the next step.

#include <cstdint>

#include "base/closed.h"
#include "bus/bus.h"
#include "fleet/fleet_service.h"
#include "http/http_server.h"
#include "lws/lws_context.h"
#include "presence/presence_writer.h"
#include "server/outage_notifier.h"
#include "server/readiness.h"
#include "source/record_producer.h"
#include "source/source.h"
#include "tracing/otlp_tracer.h"
#include "ws/ws_server.h"

namespace hermod {

class Shutdown {
 public:
  // All of them outlive the last step.
  struct Dependencies {
    Readiness& readiness;
    HttpServer& http_server;
    HttpServer* admin_http_server;  // null: ADMIN_PORT is unset
    WsServer& ws;
    Source& source;
    RecordProducer& producer;
    PresenceWriter* presence;  // null: presence events are off
    Bus& bus;
    OutageNotifier& outage;
    FleetService& fleet;
    LwsContext& lws;
    OtlpTracer* tracer;  // null: tracing is off
  };

  explicit Shutdown(const Dependencies& dependencies) : uses_(dependencies) {}
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  // A second call with 0 ms shortens a drain that is in progress; its `closed` is ignored.
  void begin(uint64_t drain_ms, Closed closed);
  bool begun() const { return step_ != Step::kNone; }

 private:
  enum class Step { kNone, kDraining, kClosingBackends, kClosingConnections, kClosingLws, kDone };

  void enter(Step next, int children);
  void child_ended();
  Closed child_callback();
  void drain(uint64_t drain_ms);
  void close_backends();
  void close_connections();
  void close_lws();

  Dependencies uses_;
  Closed closed_;
  Step step_ = Step::kNone;
  int open_ = 0;  // components of this step that have not reported completion
};

}  // namespace hermod
