#include "presence/presence_writer.h"

#include <cassert>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/clock.h"

namespace hermod {
namespace {

constexpr uint64_t kFirstPauseMs = 500;
constexpr uint64_t kPauseMaxMs = 5000;
constexpr uint64_t kLastAnswersMs = 2000;

std::string_view label(bool online) {
  return online ? "online" : "offline";
}

}  // namespace

std::string presence_text(const PresenceEvent& event) {
  const nlohmann::ordered_json text{{"user", std::string(event.user)},
                                    {"state", label(event.online)},
                                    {"at", iso8601(event.at_ms)}};
  return text.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

PresenceWriter::PresenceWriter(const Dependencies& dependencies)
    : uses_(dependencies),
      backoff_(kFirstPauseMs, kPauseMaxMs),
      timer_(dependencies.loop, [this] { on_timer(); }) {}

PresenceWriter::~PresenceWriter() {
  assert(events_.empty());
}

void PresenceWriter::enter(State next) {
  assert(state_ != State::kClosed);
  assert(state_ != State::kClosing || next == State::kClosed);
  assert(next != State::kClosed || state_ == State::kClosing);
  state_ = next;
}

void PresenceWriter::on_presence(const PresenceEvent& event) {
  if (state_ >= State::kClosing) return uses_.bus.settle_presence(event, PresenceOutcome::kFailed);
  if (events_.size() >= uses_.open_max) return drop(event);
  const auto [entry, added] =
      events_.try_emplace({std::string(event.user), event.at_ms}, Event{.online = event.online});
  if (added && state_ == State::kWriting) send(*entry);
}

void PresenceWriter::drop(const PresenceEvent& event) {
  ++uses_.stats.presence_events_dropped;
  uses_.log.write_limited("presence dropped", LogLevel::kWarning,
                          "too many presence events wait for Kafka; the next change of the user "
                          "announces this one again",
                          {{"user", event.user}, {"waiting", events_.size()}});
  uses_.bus.settle_presence(event, PresenceOutcome::kFailed);
}

void PresenceWriter::send(Events::value_type& entry) {
  const Key& key = entry.first;
  const auto accepted = uses_.producer.send(
      0, key.first, presence_text({key.first, entry.second.online, key.second}),
      [this, key](const Result<RecordPosition>& result) { on_answer(key, result); });
  if (!accepted) return fail(accepted.error().message);
  entry.second.sent = true;
  ++in_flight_;
}

void PresenceWriter::send_waiting() {
  for (Events::value_type& entry : events_) {
    if (state_ != State::kWriting) return;
    if (!entry.second.sent) send(entry);
  }
}

void PresenceWriter::on_answer(const Key& key, const Result<RecordPosition>& result) {
  assert(in_flight_ > 0);
  --in_flight_;
  const auto found = events_.find(key);
  assert(found != events_.end());
  if (result) {
    const bool online = found->second.online;
    ++uses_.stats.presence_events[label(online)];
    uses_.bus.settle_presence({key.first, online, key.second}, PresenceOutcome::kWritten);
    events_.erase(found);
    recover();
  } else {
    found->second.sent = false;
    fail(result.error().message);
  }
  if (state_ == State::kClosing && in_flight_ == 0) timer_.start(0);
}

void PresenceWriter::fail(const std::string& why) {
  if (state_ >= State::kClosing) return;
  if (state_ == State::kWriting) {
    enter(State::kFailing);
    uses_.log.warning("presence events cannot be written to Kafka; they wait",
                      {{"error", why}, {"waiting", events_.size()}});
  }
  if (!timer_.active()) timer_.start(backoff_.next_ms());
}

void PresenceWriter::recover() {
  if (state_ != State::kFailing) return;
  enter(State::kWriting);
  backoff_.reset();
  timer_.stop();
  uses_.log.info("presence events are written to Kafka again", {{"waiting", events_.size()}});
  send_waiting();
}

void PresenceWriter::on_timer() {
  if (state_ == State::kClosing) return finish_close();
  assert(state_ == State::kFailing);
  if (in_flight_ > 0) return;  // its answer follows
  const auto first = events_.begin();
  if (first != events_.end()) send(*first);
}

void PresenceWriter::close(Closed closed) {
  assert(!closed_);
  closed_ = std::move(closed);
  enter(State::kClosing);
  timer_.start(in_flight_ > 0 ? kLastAnswersMs : 0);
}

void PresenceWriter::finish_close() {
  enter(State::kClosed);
  uses_.producer.close([this] {
    if (!events_.empty()) {
      uses_.log.warning("presence events were not written to Kafka before the end of the process",
                        {{"events", events_.size()}});
    }
    for (const auto& [key, event] : std::exchange(events_, {})) {
      uses_.bus.settle_presence({key.first, event.online, key.second}, PresenceOutcome::kFailed);
    }
    std::exchange(closed_, nullptr)();
  });
}

}  // namespace hermod
