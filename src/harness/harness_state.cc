#include "harness/harness_state.h"

#include <utility>

namespace hermod {

Harness::State::State(const Server::Internals& internals, Events on_events)
    : server(internals),
      deliveries(server.bus, server.hub),
      on_events_(std::move(on_events)),
      immediate_(server.loop, [this] { flush(); }),
      iteration_hook_(server.loop, [this] {
        if (deliveries.waiting()) deliveries.look();
      }) {
  server.observers.add(*this, Observers::Scope::kAll);
}

Harness::State::~State() = default;

void Harness::State::answer(std::function<void()> call) {
  answers_.push_back(std::move(call));
  immediate_.ask();
}

void Harness::State::tell(HarnessEvent event) {
  events_.push_back(std::move(event));
  immediate_.ask();
}

// A callback may close the server and thereby delete this object, so no member is used after the
// first call.
void Harness::State::flush() {
  const auto events = std::exchange(events_, {});
  const auto answers = std::exchange(answers_, {});
  const Closed closed = std::exchange(closed_, nullptr);
  const Events on_events = on_events_;
  if (!events.empty()) on_events(events);
  for (const auto& answer : answers) answer();
  if (closed) closed();
}

void Harness::State::close(Closed closed) {
  deliveries.finish({ErrorCode::kServiceUnavailable, "the router was closed"});
  closed_ = std::move(closed);
  immediate_.ask();
}

void Harness::State::publish(size_t topic, std::string key, std::string value,
                             const std::function<void(Result<RecordPosition>)>& done) {
  const uint64_t number = deliveries.on_publishing();
  const auto refuse = [this, number, done](const Error& error) {
    deliveries.on_refused(number);
    answer([done, error] { done(error); });
  };
  const auto index = static_cast<uint32_t>(topic);
  const auto accepted = server.producer.send(
      index, std::move(key), std::move(value),
      [this, index, number, done, refuse](const Result<RecordPosition>& position) {
        if (!position) return refuse(position.error());
        const RecordPosition& at = position.value();
        deliveries.on_appended(number, {index, at.partition, at.offset, 0});
        answer([done, at] { done(at); });
      });
  if (!accepted) refuse(accepted.error());
}

// --- Observer: events of the components

void Harness::State::on_settled(const Position& position, std::string_view user,
                                PublishOutcome outcome) {
  if (outcome == PublishOutcome::kRouted) deliveries.on_routed(user);
  deliveries.on_settled(position);
}

void Harness::State::on_dead_letter(const DeadRecord& record) {
  HarnessEvent event{HarnessEvent::Kind::kDeadLetter};
  event.text = record.value;
  event.reason = record.why.reason;
  event.error = record.why.code;
  event.topic = server.options.kafka_topics[record.position.topic];
  event.partition = record.position.partition;
  event.offset = record.position.offset;
  tell(std::move(event));
  deliveries.on_settled(record.position);
}

void Harness::State::on_skipped(const Position& position) {
  deliveries.on_settled(position);
}

void Harness::State::on_sent(const Session& session, StreamId stream_id,
                             const SharedFrame& message) {
  deliveries.on_sent(session, stream_id);
  Client& client = clients_.at(&session);
  client.unanswered.push_back(sent.add({client.connection, client.user, std::string(message.text()),
                                        stream_id, server.clock.wall_ms()}));
}

void Harness::State::on_confirmed(const Session& session, StreamId upto) {
  deliveries.on_confirmed(session, upto);
  std::deque<uint64_t>& unanswered = clients_.at(&session).unanswered;
  size_t answered = 0;  // an external message is answered with the next one that has a stream id
  for (size_t i = 0; i < unanswered.size(); ++i) {
    const SentText* text = sent.find(unanswered[i]);
    if (text == nullptr || (text->stream_id && text->stream_id <= upto)) answered = i + 1;
  }
  for (; answered > 0; --answered) {
    SentText* text = sent.find(unanswered.front());
    unanswered.pop_front();
    if (text == nullptr) continue;
    text->answered = true;
    if (reports_deliveries) report_delivery(*text);
  }
}

void Harness::State::report_delivery(const SentText& text) {
  HarnessEvent event{HarnessEvent::Kind::kDelivery, text.connection, text.user};
  event.text = text.text;
  tell(std::move(event));
}

void Harness::State::on_connected(uint64_t connection, const Session& session) {
  clients_.insert_or_assign(&session, Client{connection, std::string(session.user()), {}});
  deliveries.on_connected(session);
  tell({HarnessEvent::Kind::kConnection, connection, std::string(session.user())});
}

void Harness::State::on_disconnected(uint64_t connection, const Session& session, uint16_t code) {
  deliveries.on_ended(session);
  const auto client = clients_.find(&session);
  tell({HarnessEvent::Kind::kDisconnection, connection, client->second.user, code});
  clients_.erase(client);
}

void Harness::State::on_degraded() {
  tell({HarnessEvent::Kind::kDegraded});
}

void Harness::State::on_restored() {
  tell({HarnessEvent::Kind::kRestored});
}

}  // namespace hermod
