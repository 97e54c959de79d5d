#include "core/user_leases.h"

#include <algorithm>
#include <cassert>

#include "core/outage_announcer.h"
#include "core/session.h"
#include "core/session_host.h"

namespace hermod {

void UserLeases::set(HubUser& user, size_t leased) {
  assert(leased <= user.session_count);
  if (leased != 0 && user.leased == 0) ++host_.stats.leases;
  if (leased == 0 && user.leased != 0) --host_.stats.leases;
  user.leased = static_cast<uint16_t>(leased);
}

void UserLeases::ask(HubUser& user) {
  const auto limit = static_cast<uint32_t>(host_.options.sessions_per_user_max);
  const LeaseAnswer answer = host_.bus.lease({user.name(), user.session_count, user.leased, limit});
  if (answer == LeaseAnswer::kLater) return;
  set(user, user.session_count);
  admit(user);
}

void UserLeases::on_left(HubUser& user) {
  set(user, std::min(user.leased, user.session_count));
  admit(user);
  ask(user);
}

void UserLeases::on_lease(HubUser& user, uint32_t granted) {
  set(user, std::min<size_t>(granted, user.session_count));
  admit(user);
  limit(user);
}

// The list of sessions begins with the newest, so those that wait are its first ones.
void UserLeases::admit(HubUser& user) {
  size_t waiting = user.session_count - user.leased;
  for (Session* session = user.sessions; session != nullptr; session = session->next()) {
    if (waiting != 0) {
      --waiting;
    } else if (!session->admitted()) {
      session->admit();
      if (user.subscribed) session->on_subscribed();
      announcer_.on_joined(*session);
    }
  }
}

void UserLeases::limit(HubUser& user) {
  bool any_waits = false;
  size_t beyond = user.session_count - user.leased;
  for (Session* session = user.sessions; beyond != 0; session = session->next(), --beyond) {
    assert(session != nullptr);
    any_waits |= !session->admitted();
    if (session->admitted() || listener_ == nullptr) close_over_quota(session->peer());
  }
  if (any_waits && listener_ != nullptr) listener_->on_over_quota(user.name());
}

}  // namespace hermod
