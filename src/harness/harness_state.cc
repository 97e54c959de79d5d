#include "harness/harness_state.h"

#include <utility>

namespace hermod {

Harness::State::State(const Server::Internals& internals, Events on_events)
    : server(internals),
      queue(server.loop, std::move(on_events)),
      reporter(queue, server.options.kafka_topics),
      sent(server.clock, [this](const SentText& text) { reporter.on_answered(text); }),
      deliveries(server.bus, server.hub),
      iteration_hook(server.loop, [this] {
        if (deliveries.waiting()) deliveries.advance();
      }) {
  server.observers.add(reporter, Observers::Scope::kRare);
  server.observers.add(sent, Observers::Scope::kAll);
  server.observers.add(deliveries, Observers::Scope::kAll);
}

void Harness::State::publish(size_t topic, std::string key, std::string value,
                             const std::function<void(Result<RecordPosition>)>& done) {
  const uint64_t number = deliveries.records().add();
  const auto refuse = [this, number, done](const Error& error) {
    deliveries.records().on_refused(number);
    queue.answer([done, error] { done(error); });
  };
  const auto index = static_cast<uint32_t>(topic);
  const auto accepted = server.producer.send(
      index, std::move(key), std::move(value),
      [this, index, number, done, refuse](const Result<RecordPosition>& position) {
        if (!position) return refuse(position.error());
        const RecordPosition& at = position.value();
        deliveries.records().on_appended(number, {index, at.partition, at.offset, 0});
        queue.answer([done, at] { done(at); });
      });
  if (!accepted) refuse(accepted.error());
}

void Harness::State::cancel_delivered() {
  deliveries.finish({ErrorCode::kServiceUnavailable, "the router was closed"});
}

void Harness::State::close(std::function<void()> closed) {
  cancel_delivered();
  queue.close(std::move(closed));
}

}  // namespace hermod
