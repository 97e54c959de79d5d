#pragma once
// The implementation of Harness: its parts, and the components of the server that they observe.

#include <functional>
#include <string>

#include "harness/delivery_watch.h"
#include "harness/event_queue.h"
#include "harness/event_reporter.h"
#include "harness/sent_recorder.h"
#include "hermod/harness.h"
#include "server/internals.h"
#include "uv/iteration_hook.h"

namespace hermod {

struct Harness::State {
  State(const Server::Internals& internals, Events on_events);
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void publish(size_t topic, std::string key, std::string value,
               const std::function<void(Result<RecordPosition>)>& done);
  void cancel_delivered();
  void close(std::function<void()> closed);

  Server::Internals server;
  EventQueue queue;
  EventReporter reporter;
  SentRecorder sent;
  DeliveryWatch deliveries;
  uv::IterationHook iteration_hook;
};

}  // namespace hermod
