#pragma once
// The connected users and their sessions. The hub has one HubUser and one bus subscription for each
// connected user. It receives messages from the bus and passes them to the sessions. Owned by the
// composition in server/. WsPeer calls join() when its upgrade is complete, and leave() at its end.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/named_set.h"
#include "bus/bus.h"
#include "core/hub_user.h"
#include "core/outage_announcer.h"
#include "core/session.h"
#include "core/session_host.h"
#include "core/user_leases.h"

namespace hermod {

class Hub final : public BusListener {
 public:
  Hub(Bus& bus, const CoreContext& context, HubOptions options);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Adds a connection of `user`. `connected_ms` is the steady time at which it began; unset: now.
  // Returns false, and changes nothing, if the user has the maximum number of connections here. The
  // session is admitted, inside the call or later, within the limit over all processes
  // (UserLeases).
  [[nodiscard]] bool join(Session& session, std::string_view user,
                          std::optional<int64_t> connected_ms = {});

  // Removes a session when its connection ends. Idempotent; does nothing if it never joined.
  void leave(Session& session, CursorEnd end = CursorEnd::kHeld);

  // Called when the client closes the connection because a message payload was too large for it.
  void on_payload_refused(const Session& session);

  // The client of a connection of `user` that has already left confirmed everything up to
  // `stream_id`.
  void confirm_after(std::string_view user, const Cursor& cursor, StreamId stream_id);

  void set_pace(PingPace pace);

  void for_each_session(const std::function<void(Session&)>& visit);
  void for_each_session_of(std::string_view user, const std::function<void(Session&)>& visit);

  std::vector<std::string> user_names();

  // Sends the notice to the connections of the user, if there are any.
  void broadcast(const Broadcast& broadcast, std::string_view user);

  // Whether one more connection of `user` may join; and how many connections the user has above the
  // limit, which happens only after the limit was lowered.
  bool has_room(std::string_view user);
  size_t surplus_of(std::string_view user);

  // The user's tokens that were issued in this second or before are revoked: the connections with
  // such a token are closed, and new tokens are compared with it.
  void set_revoked(std::string_view user, uint32_t revoked_s);
  // The bus may have a revocation of which this process was not notified: reads a page of the user.
  void compare_again(std::string_view user);
  uint32_t revoked_s(std::string_view user);

  // Asks the bus again for the sessions of the user that wait to be admitted.
  void ask_lease(std::string_view user);
  UserLeases& leases() { return leases_; }

  size_t session_count() const { return session_count_; }
  size_t user_count() const { return users_.size(); }

  // Applies to new messages and connections; queued messages and existing connections stay.
  void set_options(HubOptions options) { host_.options = std::move(options); }
  const HubOptions& options() const { return host_.options; }

  Observers& observers() const { return host_.observers; }
  OutageAnnouncer& announcer() { return announcer_; }
  SessionHost& host() { return host_; }  // for the sessions

  // --- BusListener
  void on_text(std::string_view user, StreamId stream_id, std::string_view text,
               const TraceContext& trace) override;
  void on_repeated_text(std::string_view user, StreamId stream_id, std::string_view text,
                        const TraceContext& trace, int64_t first_ms) override;
  void on_subscribed(std::string_view user) override;
  void on_user_moved(std::string_view user) override;
  void on_lease(std::string_view user, uint32_t granted) override;
  void on_seen(std::string_view user, std::span<const StreamId> ids, uint64_t connection) override;
  void on_lease_lost(std::string_view user) override;
  void on_bus_state(ShardId shard, BusState state, std::string_view reason) override;
  void on_memory_lost(ShardId shard, OldStreamIds stream_ids) override;

 private:
  // `first_ms` as in on_repeated_text(); none: no repeat.
  void deliver(std::string_view user, StreamId stream_id, std::string_view text,
               const TraceContext& trace, std::optional<int64_t> first_ms);

  SessionHost host_;
  NamedSet<HubUser> users_;
  size_t session_count_ = 0;
  OutageAnnouncer announcer_{host_, users_};
  UserLeases leases_{host_, announcer_};
};

}  // namespace hermod
