#pragma once
// Announces to all connections that the bus is unavailable, or available again, including those
// that begin later. A connection never receives the same notice twice in a row, nor
// service_restored before service_degraded. Owned by Hub; the outage notifier of server/ decides
// when to announce.

#include "base/named_set.h"
#include "core/hub_user.h"
#include "core/outbox.h"

namespace hermod {

class Session;
struct SessionHost;

class OutageAnnouncer {
 public:
  OutageAnnouncer(SessionHost& host, NamedSet<HubUser>& users) : host_(host), users_(users) {}

  // Send the notice to every connection. Return true if connections are left: call announce_some()
  // in a later loop iteration.
  bool announce_degraded();
  bool announce_restored();
  bool announce_some();

  void on_joined(Session& session);

 private:
  bool announce();
  void announce_to(const HubUser& user);

  SessionHost& host_;
  NamedSet<HubUser>& users_;
  NamedSet<HubUser>::Cursor announced_;
  bool degraded_ = false;
};

}  // namespace hermod
