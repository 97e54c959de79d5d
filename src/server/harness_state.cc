#include "server/harness_state.h"

#include <utility>

#include "source/kafka_sender.h"
#include "source/memory_source.h"

namespace hermod {

Harness::State::State(Components& watched, Events on_events)
    : components(watched),
      deliveries(*watched.bus, *watched.hub),
      on_events_(std::move(on_events)),
      immediate_(watched.loop, [this] { flush(); }),
      iteration_hook_(watched.loop, [this] {
        if (deliveries.waiting()) deliveries.look();
      }) {
  components.observers.add(*this, Observers::Scope::kAll);
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
  deliveries.on_publishing();
  if (!components.options.memory_source) {
    return publish_to_kafka(topic, std::move(key), std::move(value), done);
  }
  Result<RecordPosition> stream_id = publish_to_memory(topic, std::move(key), std::move(value));
  answer([done, stream_id = std::move(stream_id)] { done(stream_id); });
}

Result<RecordPosition> Harness::State::publish_to_memory(size_t topic, std::string key,
                                                         std::string value) {
  auto& source = static_cast<MemorySource&>(*components.source);
  const auto position =
      source.publish(static_cast<uint32_t>(topic), std::move(key), std::move(value));
  if (!position) {
    deliveries.on_refused();
    return position.error();
  }
  deliveries.on_appended(position.value());
  return RecordPosition{components.options.kafka_topics[topic], position.value().partition,
                        position.value().offset};
}

void Harness::State::publish_to_kafka(size_t topic, std::string key, std::string value,
                                      const std::function<void(Result<RecordPosition>)>& done) {
  const auto refuse = [this, done](const Error& error) {
    deliveries.on_refused();
    answer([done, error] { done(error); });
  };
  const auto given = components.sender->send(
      {components.options.kafka_topics[topic], std::move(key), std::move(value), {}},
      [this, topic, done, refuse](const Result<KafkaPosition>& placed) {
        if (!placed) return refuse(placed.error());
        const KafkaPosition& at = placed.value();
        deliveries.on_appended({static_cast<uint32_t>(topic), at.partition, at.offset, 0});
        answer([done, at] { done(RecordPosition{at.topic, at.partition, at.offset}); });
      });
  if (!given) refuse(given.error());
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
  event.topic = components.options.kafka_topics[record.position.topic];
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
                                        stream_id, components.clock.wall_ms()}));
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
