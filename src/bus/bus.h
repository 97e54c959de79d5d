#pragma once
// Port: carries message payloads between processes and keeps the last messages of each user.
// RedisBus and MemoryBus (in-memory) implement it and pass the same tests
// (tests/contract/bus_contract.cc).
//
// Protocol section 2 defines the keys and channels. A publication is one atomic step: unless its
// event was routed before, the step appends the message to the user's history, stores the event id,
// and publishes the stream id and the message payload. The publications of one user are routed in
// the order of the publish() calls and each exactly once, whatever fails in between. While the
// user's shard is unavailable, they wait in the bus.
//
// A bus consists of shards, which fail independently; each user is served by one of them. A plain
// Redis is one shard, a Redis Cluster has one for each master. Shards can appear and disappear, and
// users can move between them:
//
// - The shards that exist when start() returns are down until they are reported up. A shard that
//   appears later is reported at once, up or down, before a user moves to it.
// - A subscribed user moves in this order: shard_of() changes, on_user_moved() is called, and when
//   the subscription is confirmed at the new shard, on_subscribed() is called again. The user's
//   history, positions and waiting publications move too.
// - A shard disappears when all its users have moved. It is reported as kGone.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "base/closed.h"
#include "base/stream_id.h"
#include "base/trace_context.h"
#include "bus/bus_requests.h"
#include "bus/bus_status.h"
#include "bus/cursor.h"
#include "bus/lease.h"
#include "bus/presence.h"
#include "bus/replay_page.h"
#include "bus/shard_id.h"
#include "hermod/result.h"

namespace hermod {

// Identifies a publication to its caller; the reply carries it.
using Ticket = uint64_t;

enum class PublishOutcome {
  kRouted,       // appended and published
  kRepeat,       // duplicate: the event was routed before, and nothing was done
  kUnpublished,  // appended, so that replay returns it, but the bus refused to publish it
  kRefused,      // can never be appended: the user's key has another type (WRONGTYPE)
  kForgotten,    // still_wanted() returned false before it was sent
};

// The caller keeps the views valid until on_published() for the ticket, or until on_unanswered().
struct Publication {
  Ticket ticket = 0;
  std::string_view user;
  std::string_view event_id;          // identifies duplicates of the event
  std::string_view text;              // the message payload
  std::string_view traceparent = {};  // published and stored with the payload; empty: none
};

// The state of a shard. Up: it answers publications, subscriptions and replays. Down: they wait;
// replays may fail. Gone: it no longer exists, and no user belongs to it.
enum class BusState { kUp, kDown, kGone };

// How the stream ids from before a loss of data compare with those assigned after it.
enum class OldStreamIds {
  kVoid,   // they cannot be compared with any new stream id
  kBelow,  // they are below the new ones, some of which may have been received already
};

class BusListener {
 public:
  // A message for a subscribed user. If `stream_id` is null, it is an external message: another
  // program published it. The views are valid during the call. `trace` is the trace context of the
  // publication, or null.
  virtual void on_text(std::string_view user, StreamId stream_id, std::string_view text,
                       const TraceContext& trace) = 0;

  // The same for a message whose event was received live before, at the steady time `first_ms`,
  // under a stream id that was lost in a failover. A connection that was live then has it already.
  virtual void on_repeated_text(std::string_view user, StreamId stream_id, std::string_view text,
                                const TraceContext& trace, int64_t /*first_ms*/) {
    on_text(user, stream_id, text, trace);
  }

  // The user's subscription is confirmed: from now on, the listener gets every message. It requests
  // earlier messages with replay(). Called once for each subscribe(), and again whenever a lost
  // subscription is restored, at the same shard or at another one.
  virtual void on_subscribed(std::string_view user) = 0;

  // A subscribed user belongs to another shard now, as shard_of() says. Live messages may be
  // missing until on_subscribed() is called again. Called for a bounded number of users per loop
  // iteration.
  virtual void on_user_moved(std::string_view user) = 0;

  // The answer to lease(): `granted` connections of the user may stay in this process. Fewer than
  // lease() asked for: all processes together have the limit. Fewer than `held`: this process was
  // suspended, and other processes have its leases now.
  virtual void on_lease(std::string_view /*user*/, uint32_t /*granted*/) {}

  // The bus may not have the lease of this subscribed user any more: the listener calls lease() for
  // the user. Called for a bounded number of users per loop iteration.
  virtual void on_lease_lost(std::string_view /*user*/) {}

  // A subscribed user has seen these notifications for the first time, which mark_seen() reported
  // in some process. `connection` is the one of this process that saw them; 0: another process did.
  virtual void on_seen(std::string_view /*user*/, std::span<const StreamId> /*ids*/,
                       uint64_t /*connection*/) {}

  // The state of a shard changed. `reason` says why the shard is down; otherwise it is empty.
  virtual void on_bus_state(ShardId shard, BusState state, std::string_view reason) = 0;

  // A shard lost the data of its users: its Redis restarted empty, or was flushed.
  virtual void on_memory_lost(ShardId shard, OldStreamIds stream_ids) = 0;

 protected:
  ~BusListener() = default;
};

class PublishListener {
 public:
  // The reply to publish(), once per ticket. `error` is the error message of the bus for
  // kUnpublished and kRefused, and otherwise empty.
  virtual void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) = 0;

  // Called immediately before a publication is sent. If it returns false, the publication is
  // answered with kForgotten.
  virtual bool still_wanted(Ticket ticket) = 0;

  // The bus closes: publications without a reply never get one, and the bus no longer uses their
  // views. Called once, before close() completes.
  virtual void on_unanswered() = 0;

 protected:
  ~PublishListener() = default;
};

class Bus {
 public:
  // After an error, the caller repeats the request at the next on_subscribed().
  using ReplayDone = std::function<void(Result<ReplayPage>)>;

  virtual ~Bus() = default;  // only after close() has completed

  // Starts to connect; an unavailable bus is retried until close(). Both listeners must live until
  // close() has completed.
  virtual Result<void> start(BusListener& texts, PublishListener& publications) = 0;

  // The shard that serves the user now; kNoShard: none does. Cheap; called for each user of a
  // sweep.
  virtual ShardId shard_of(std::string_view user) const = 0;

  // The reply is PublishListener::on_published(), which is never called inside this call.
  virtual void publish(const Publication& publication) = 0;

  // One subscription per user and process; the caller counts its sessions.
  virtual void subscribe(std::string_view user) = 0;
  virtual void unsubscribe(std::string_view user) = 0;

  // Reads a page. `done` is never called inside this call, and not at all after close().
  virtual void replay(const ReplayRequest& request, ReplayDone done) = 0;

  // Advances the position of the connection, of its device and of the user. Written later, in
  // batches; no position moves back or exceeds the newest stream id of the user.
  virtual void acknowledge(const Acknowledgement& acknowledgement) = 0;

  // The connection ended. What its positions lack is written now, because the client may reconnect
  // to another process.
  virtual void end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) = 0;

  // Stores what the user has seen: pages have it from then on (ReplayPage::seen), and all listeners
  // get on_seen() with those that were not seen before. While the shard is down, it waits.
  virtual void mark_seen(const SeenRequest& /*request*/) {}

  // --- the leases of the users. A bus without these functions grants everything.

  // Sets how many connections of the user this process has; it replaces the last call for the user.
  // A listener calls it again after each on_subscribed() that restores a subscription.
  virtual LeaseAnswer lease(const LeaseRequest& /*request*/) { return LeaseAnswer::kGranted; }

  // The leases of processes that are dead give way. Null (the default): no process is ever dead.
  virtual void set_liveness(const ProcessLiveness* /*liveness*/) {}

  // The other processes may have removed the leases of this one: on_lease_lost() follows for all
  // subscribed users.
  virtual void rejoin_all() {}

  // Removes the leases of a process that is dead, and announces what it has not announced. Of the
  // processes that call this, one does it.
  virtual void sweep(std::string_view /*process*/) {}

  // --- the revocation of a user's tokens

  // Stores that the tokens of the user that were issued in a second or before are revoked, in
  // addition to earlier revocations. Pages have it from then on (ReplayPage::revoked_s). The answer
  // is the latest such second. After an error, it may be stored or not. `done` is called once,
  // never inside this call, and not at all after close().
  using RevokeDone = std::function<void(const Result<uint32_t>&)>;
  virtual void revoke(const RevokeRequest& request, RevokeDone done) = 0;

  // --- presence events, from the leases of all processes.

  // The listener gets the events that this process announces. It must live until close() has
  // completed. Null (the default): presence events are off, and cost nothing. Call before start().
  virtual void report_presence(PresenceListener* /*listener*/) {}

  // The listener is done with an event. If it failed, it is announced again.
  virtual void settle_presence(const PresenceEvent& /*event*/, PresenceOutcome /*outcome*/) {}

  virtual BusStatus status() const = 0;

  // Writes the positions that are not written yet, then disconnects. Publications without a reply
  // never get one (on_unanswered()). Idempotent; `closed` is called once, in a later loop
  // iteration.
  virtual void close(Closed closed) = 0;
};

}  // namespace hermod
