#include "core/outage_announcer.h"

#include <cassert>
#include <utility>

#include "core/session.h"
#include "core/session_host.h"

namespace hermod {
namespace {

constexpr Notice kDegraded{"service_degraded", "redis",
                           "notifications are delayed: the connection to Redis is lost"};
constexpr Notice kRestored{"service_restored", "redis",
                           "notifications are on time again: the connection to Redis is restored"};
constexpr size_t kAnnouncedAtOnce = 128;  // users; writing to them takes about two milliseconds

}  // namespace

bool OutageAnnouncer::announce_degraded(ShardId shard) {
  if (!degraded_.insert(shard).second) return false;
  host_.observers.on_degraded(shard);
  return announce();
}

bool OutageAnnouncer::announce_restored(ShardId shard) {
  if (degraded_.erase(shard) == 0) return false;
  host_.observers.on_restored(shard);
  return announce();
}

bool OutageAnnouncer::announce() {
  if (std::exchange(in_pass_, true)) {
    again_ = true;
    return true;
  }
  announced_ = {};
  return announce_some();
}

bool OutageAnnouncer::announce_some() {
  if (!in_pass_) return false;
  const bool more = users_.visit_some(announced_, kAnnouncedAtOnce,
                                      [this](const HubUser& user) { announce_to(user); });
  if (!more) announced_ = {};
  in_pass_ = more || std::exchange(again_, false);
  return in_pass_;
}

void OutageAnnouncer::on_joined(Session& session) {
  if (!is_degraded(session.user()) || session.knows(true)) return;
  session.announce(session.notice_item(kDegraded, StreamId{}), true);
}

void OutageAnnouncer::on_moved(const HubUser& user) {
  assert(user.moving);
  announce_to(user);
}

// The end of an outage is announced to a user who moves when the new shard has confirmed the
// subscription: until then, live messages do not arrive.
void OutageAnnouncer::announce_to(const HubUser& user) {
  const bool degraded = is_degraded(user.name());
  if (user.moving && !degraded) return;
  Outbox::Item plain, framed;  // one message for all of the user's connections of a form
  for (Session* session = user.sessions; session != nullptr; session = session->next()) {
    if (!session->admitted() || session->knows(degraded)) continue;
    const Notice& notice = degraded ? kDegraded : kRestored;
    Outbox::Item& item = session->form() == FrameForm::kV1 ? framed : plain;
    if (!item.message) item = session->notice_item(notice, StreamId{});
    session->announce(item, degraded);
  }
}

bool OutageAnnouncer::is_degraded(std::string_view user) const {
  return !degraded_.empty() && degraded_.contains(host_.bus.shard_of(user));
}

}  // namespace hermod
