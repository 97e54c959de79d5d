#pragma once
// Announces to the connections of a shard's users that the shard is unavailable, or available
// again, including connections that begin later and users who move to another shard. A connection
// never receives the same notice twice in a row, nor service_restored before service_degraded.
// Owned by Hub; the outage notifier of server/ decides when to announce.
//
// Each change starts a pass over the users, some in each loop iteration. A pass brings every user
// to the state of the user's shard. A change during a pass makes a second pass follow.

#include <set>
#include <string_view>

#include "base/named_set.h"
#include "bus/bus.h"
#include "core/hub_user.h"
#include "core/outbox.h"

namespace hermod {

class Session;
struct SessionHost;

class OutageAnnouncer {
 public:
  OutageAnnouncer(SessionHost& host, NamedSet<HubUser>& users) : host_(host), users_(users) {}

  // Send the notice to every connection of the shard's users. Return true if connections are left:
  // call announce_some() in a later loop iteration.
  bool announce_degraded(ShardId shard);
  bool announce_restored(ShardId shard);
  bool announce_some();

  // The shard no longer exists. Users who were notified of its outage are notified of the end
  // when they are subscribed at their new shard.
  void forget(ShardId shard) { degraded_.erase(shard); }

  void on_joined(Session& session);
  void on_moved(const HubUser& user);
  void on_subscribed_again(const HubUser& user) { announce_to(user); }

 private:
  bool announce();
  void announce_to(const HubUser& user);
  bool is_degraded(std::string_view user) const;

  SessionHost& host_;
  NamedSet<HubUser>& users_;
  NamedSet<HubUser>::Cursor announced_;
  std::set<ShardId> degraded_;  // the shards whose outage was announced
  bool in_pass_ = false;
  bool again_ = false;  // something changed during this pass
};

}  // namespace hermod
