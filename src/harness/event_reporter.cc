#include "harness/event_reporter.h"

#include <cassert>
#include <utility>

#include "core/session.h"

namespace hermod {

void EventReporter::on_answered(const SentText& text) {
  if (!reports_deliveries_) return;
  HarnessEvent event{HarnessEvent::Kind::kDelivery, text.connection, text.user};
  event.text = text.text;
  queue_.add(std::move(event));
}

void EventReporter::on_connected(uint64_t connection, const Session& session) {
  const auto [user, added] = users_.emplace(connection, session.user());
  assert(added);
  queue_.add({HarnessEvent::Kind::kConnection, connection, user->second});
}

// The session no longer knows its user.
void EventReporter::on_disconnected(uint64_t connection, const Session& /*session*/,
                                    uint16_t code) {
  const auto user = users_.find(connection);
  assert(user != users_.end());
  queue_.add({HarnessEvent::Kind::kDisconnection, connection, user->second, code});
  users_.erase(user);
}

void EventReporter::on_dead_letter(const DeadRecord& record) {
  assert(record.position.topic < topics_.size());
  HarnessEvent event{HarnessEvent::Kind::kDeadLetter};
  event.text = record.value;
  event.reason = record.why.reason;
  event.error = record.why.code;
  event.topic = topics_[record.position.topic];
  event.partition = record.position.partition;
  event.offset = record.position.offset;
  queue_.add(std::move(event));
}

void EventReporter::on_degraded(ShardId /*shard*/) {
  queue_.add({HarnessEvent::Kind::kDegraded});
}

void EventReporter::on_restored(ShardId /*shard*/) {
  queue_.add({HarnessEvent::Kind::kRestored});
}

}  // namespace hermod
