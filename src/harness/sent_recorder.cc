#include "harness/sent_recorder.h"

#include <cassert>
#include <utility>

#include "core/session.h"

namespace hermod {

SentRecorder::SentRecorder(const Clock& clock, OnAnswered on_answered)
    : clock_(clock), on_answered_(std::move(on_answered)) {}

void SentRecorder::on_connected(uint64_t connection, const Session& session) {
  assert(!clients_.contains(&session));
  clients_.emplace(&session, Client{connection, std::string(session.user()), {}});
}

void SentRecorder::on_sent(const Session& session, StreamId stream_id, const SharedFrame& message) {
  Client& client = clients_.at(&session);
  client.unanswered.push_back(log_.add(
      {client.connection, client.user, std::string(message.text()), stream_id, clock_.wall_ms()}));
}

void SentRecorder::on_confirmed(const Session& session, StreamId upto) {
  std::deque<uint64_t>& unanswered = clients_.at(&session).unanswered;
  size_t answered = 0;  // an external message is answered with the next one that has a stream id
  for (size_t i = 0; i < unanswered.size(); ++i) {
    const SentText* text = log_.find(unanswered[i]);
    if (text == nullptr || (text->stream_id && text->stream_id <= upto)) answered = i + 1;
  }
  for (; answered > 0; --answered) {
    SentText* text = log_.find(unanswered.front());
    unanswered.pop_front();
    if (text == nullptr) continue;
    text->answered = true;
    on_answered_(*text);
  }
}

void SentRecorder::on_disconnected(uint64_t /*connection*/, const Session& session,
                                   uint16_t /*code*/) {
  clients_.erase(&session);
}

}  // namespace hermod
