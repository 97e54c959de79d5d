#pragma once
// Admits the sessions of a user within the limit over all processes: asks the bus for a lease of
// the number of sessions, and admits the oldest ones that it covers. The others wait, without any
// output. Owned by Hub.
//
// - The lease covers all: it only tells the other processes, and the sessions stay.
// - A new session: the bus grants it, or the QuotaListener hears that it waits.
// - An admitted session ends: the oldest one that waits is admitted at once.
// - The process was suspended, and others have its leases: the newest sessions are closed (4000).

#include <cstddef>
#include <cstdint>

#include "core/hub_user.h"
#include "core/quota_listener.h"

namespace hermod {

class OutageAnnouncer;
struct SessionHost;

class UserLeases {
 public:
  UserLeases(SessionHost& host, OutageAnnouncer& announcer) : host_(host), announcer_(announcer) {}

  // Null (the default): sessions that are not granted are closed at once.
  void set_listener(QuotaListener* listener) { listener_ = listener; }

  // Tells the bus how many sessions the user has. Called after each change, and when the bus may
  // not have the lease any more.
  void ask(HubUser& user);
  void on_left(HubUser& user);  // a session has left
  void on_lease(HubUser& user, uint32_t granted);

 private:
  void set(HubUser& user, size_t leased);
  void admit(HubUser& user);
  void limit(HubUser& user);

  SessionHost& host_;
  OutageAnnouncer& announcer_;
  QuotaListener* listener_ = nullptr;
};

}  // namespace hermod
