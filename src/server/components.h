#pragma once
// The components of a server. build_components() creates them from the options; it is the only code
// that selects the implementations of the ports.

#include <memory>
#include <string>

#include "auth/jwt_verifier.h"
#include "base/clock.h"
#include "base/recent_max.h"
#include "bus/bus.h"
#include "core/hub.h"
#include "core/ingest.h"
#include "core/observers.h"
#include "hermod/log.h"
#include "hermod/options.h"
#include "hermod/stats.h"
#include "http/http_server.h"
#include "observe/reload_status.h"
#include "server/health.h"
#include "server/outage_notifier.h"
#include "source/record_producer.h"
#include "source/source.h"
#include "tracing/otlp_tracer.h"
#include "uv/loop_latency_meter.h"
#include "uv/loop_throttle.h"
#include "ws/lws_context.h"
#include "ws/ws_server.h"

namespace hermod {

class ConsoleBackend;
class EmbeddedKafka;
class MemoryTopics;

struct Components {
  Components(uv_loop_t* on_loop, Options from, Log& to_log);
  ~Components();

  uv_loop_t* loop;
  Options options;
  Log& log;
  MovableClock clock;
  Stats stats;
  Observers observers;
  std::string generated_key;
  AdminSecrets admin;  // its secret exists only with a generated key
  std::string brokers;
  std::string host;  // the address that the server listens on
  ReloadStatus reload;
  RecentMax longest_iteration;  // in seconds
  uv::LoopLatencyMeter latency_meter;
  uv::LoopThrottle throttle;

  // Destroyed in reverse order: each component uses the ones that are declared before it.
  std::unique_ptr<OtlpTracer> tracer;  // null: tracing is off
  std::unique_ptr<EmbeddedKafka> embedded_kafka;
  std::unique_ptr<MemoryTopics> memory_topics;
  std::unique_ptr<JwtVerifier> verifier;
  std::unique_ptr<Bus> bus;
  std::unique_ptr<Source> source;
  std::unique_ptr<RecordProducer> producer;  // publishes test notifications
  std::unique_ptr<Hub> hub;
  std::unique_ptr<Ingest> ingest;
  std::unique_ptr<OutageNotifier> outage;
  std::unique_ptr<LwsContext> lws;
  std::unique_ptr<WsServer> ws;
  std::unique_ptr<Health> health;
  std::unique_ptr<ConsoleBackend> console;
  std::unique_ptr<HttpServer> http_server;
};

// Builds all components. After an error none of them has started: they can be destroyed at once.
Result<void> build_components(Components& components);

// WEBSOCKET_MAX_CONNECTIONS, or if it is unset the file descriptor limit minus a reserve of 100.
size_t connections_max(const Components& components);

}  // namespace hermod
