#include "core/outage_announcer.h"

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

bool OutageAnnouncer::announce_degraded() {
  if (std::exchange(degraded_, true)) return false;
  host_.observers.on_degraded();
  return announce();
}

bool OutageAnnouncer::announce_restored() {
  if (!std::exchange(degraded_, false)) return false;
  host_.observers.on_restored();
  return announce();
}

bool OutageAnnouncer::announce() {
  announced_ = {};
  return announce_some();
}

bool OutageAnnouncer::announce_some() {
  return users_.visit_some(announced_, kAnnouncedAtOnce,
                           [this](const HubUser& user) { announce_to(user); });
}

void OutageAnnouncer::on_joined(Session& session) {
  if (degraded_) session.announce(host_.notice_item(kDegraded, session.user(), StreamId{}), true);
}

void OutageAnnouncer::announce_to(const HubUser& user) {
  Outbox::Item item;  // one message for all of the user's connections
  for (Session* session = user.sessions; session != nullptr; session = session->next()) {
    if (session->knows(degraded_)) continue;
    const Notice& notice = degraded_ ? kDegraded : kRestored;
    if (!item.message) item = host_.notice_item(notice, user.name(), StreamId{});
    session->announce(item, degraded_);
  }
}

}  // namespace hermod
