#pragma once
// Everything of the bus that depends on one Redis master: its links, the publications, replays,
// subscriptions and ack cursors of its users. RedisShard composes these components: it passes the
// requests to the one that handles them, lets them send while the links are ready, and decides from
// their states whether the shard is up. RedisBus owns it.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "bus/bus.h"
#include "hermod/log.h"
#include "redis_bus/redis_ack_cursors.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_bus/redis_link_pair.h"
#include "redis_bus/redis_revocations.h"
#include "redis_bus/redis_seen.h"
#include "redis_bus/redis_shard_state.h"
#include "redis_bus/redis_shard_users.h"
#include "redis_bus/replicated_answers.h"
#include "redis_leases/redis_leases.h"
#include "redis_publish/redis_publisher.h"
#include "redis_replay/redis_replayer.h"
#include "redis_schema/redis_context.h"
#include "redis_topology/redis_topology.h"
#include "uv/timer.h"

namespace hermod {

class RedisShard final : RedisLinkPair::Listener, RedirectListener {
 public:
  // RedisBus implements it. It must not destroy the shard or move users inside a call.
  class Listener {
   public:
    // The shard is down: another server may be its master now.
    virtual void on_shard_suspect(const RedisShard& shard, Suspicion suspicion) = 0;
    // The server of the shard answered with MOVED, ASK or TRYAGAIN.
    virtual void on_redirected(const RedisShard& shard, std::string_view error) = 0;

   protected:
    ~Listener() = default;
  };

  // Precondition: check_channels() accepts the channels of `options`.
  RedisShard(uv_loop_t* loop, const Clock& clock, Log& log, const RedisBusOptions& options,
             ShardId number, Listener& listener);
  ~RedisShard();

  ShardId number() const { return number_; }

  // As the functions of Bus, for the users of this shard. `appears`: the bus has started before.
  void start(BusListener& texts, PublishListener& publications, bool appears);
  void publish(const Publication& publication) { publisher_.publish(publication); }
  void subscribe(std::string_view user);
  void unsubscribe(std::string_view user);
  void replay(const ReplayRequest& request, Bus::ReplayDone done);
  void acknowledge(const Acknowledgement& acknowledgement);
  void end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end);
  RedisLeases& leases() { return leases_; }
  RedisRevocations& revocations() { return revocations_; }
  RedisSeen& seen() { return seen_; }
  // Adds the shard and its counters.
  void fill(BusStatus& status) const;

  // Connects to the master of the shard. Until the first call, the users of the shard wait. A later
  // call with another endpoint moves both links.
  void lead_to(const RedisEndpoint& endpoint);
  // How many replicas of the master are known and have not failed.
  void set_replicas(size_t known);
  // The hash tag of the shard's own keys and channels, in a slot that it serves.
  void set_tag(std::string_view tag);

  // Removes and returns the users for which `leaves` returns true. Their replays fail.
  RedisShardUsers release(const UserPredicate& leaves);
  const RedisEndpoint& endpoint() const { return links_.endpoint(); }
  const std::string& tag() const { return channels_.names.tag(); }

  // The publications, which another shard released, are sent before those of their users.
  void adopt(const std::vector<Publication>& publications) {
    publisher_.queue().adopt(publications);
  }
  void adopt(const AckCursorQueue::Entry& positions);

  // Writes the leases and the ack cursors that are not written yet, then disconnects. Publications
  // and replays without a reply never get one.
  void close(Closed closed);

 private:
  void on_commands_connected() override;
  void on_commands_ready() override;
  void on_commands_down() override;
  void on_subscriber_changed(SubscriberState from, SubscriberState to) override;
  void on_publish_permitted() override;
  void on_memory_lost(OldStreamIds stream_ids) override;
  void on_stream_ids_void() override;
  void on_tick() override;
  void on_links_changed() override { update(); }
  void on_redirected(std::string_view error) override;

  void mark_repeats(std::string_view user, ReplayPage& page) const;
  void open_publisher();
  void update();
  void suspect();
  std::string down_reason() const;
  void maybe_finish_close();

  ShardId number_;
  RedisUrl url_;               // of the master, for the log
  const bool replicas_known_;  // false: a single Redis, of which each round finds out
  Listener& listener_;
  bool connected_ = false;  // lead_to() was called
  RedisChannels channels_;
  RedisShardState state_;
  Closed closed_;
  // Declared in this order, because the other components use the links.
  RedisLinkPair links_;
  RedisContext redis_;
  UnpublishedMessages unpublished_;
  RecentEvents recent_;
  RedisPublisher publisher_;
  RedisReplayer replayer_;
  RedisAckCursors ack_cursors_;
  RedisLeases leases_;
  RedisRevocations revocations_;
  RedisSeen seen_;
  std::unique_ptr<ReplicatedAnswers> replicas_;  // null: answers do not wait for replicas
  uv::Timer publish_anyway_;  // limits how long publications wait for the subscriptions
};

}  // namespace hermod
