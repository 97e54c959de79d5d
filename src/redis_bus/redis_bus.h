#pragma once
// The bus on Redis. RedisBus composes the components of this module: it passes the requests to the
// one that handles them, lets them send while the links are ready, and decides from their states
// whether the bus is up. The composition (server/) owns it.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "bus/bus.h"
#include "hermod/log.h"
#include "redis_bus/redis_ack_cursors.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_bus/redis_bus_state.h"
#include "redis_bus/redis_link_pair.h"
#include "redis_publish/redis_publisher.h"
#include "redis_replay/redis_replayer.h"
#include "redis_schema/redis_context.h"
#include "uv/timer.h"

namespace hermod {

class RedisBus final : public Bus, RedisLinkPair::Listener {
 public:
  // Precondition: check_channels() accepts the channels of `options`.
  RedisBus(uv_loop_t* loop, const Clock& clock, Log& log, RedisBusOptions options);
  ~RedisBus() override;

  Result<void> start(BusListener& texts, PublishListener& publications) override;
  ShardId shard_of(std::string_view user) const override { return shards_.number_of(user); }
  void publish(const Publication& publication) override;
  void subscribe(std::string_view user) override;
  void unsubscribe(std::string_view user) override;
  void replay(const ReplayRequest& request, ReplayDone done) override;
  void acknowledge(std::string_view user, StreamId stream_id) override;
  void write_acknowledged(std::string_view user) override { ack_cursors_.write_now(user); }
  BusStatus status() const override;
  void close(Closed closed) override;

 private:
  void on_commands_ready() override;
  void on_commands_down() override;
  void on_subscriber_changed(SubscriberState from, SubscriberState to) override;
  void on_publish_permitted() override;
  void on_memory_lost(OldStreamIds stream_ids) override;
  void on_stream_ids_void() override;
  void on_tick() override;
  void on_links_changed() override { update(); }

  void open_publisher();
  void update();
  std::string down_reason() const;
  void maybe_finish_close();

  void enter(State next);
  std::unique_ptr<RedisShard> make_shard(ShardId number);
  void on_gone(const RedisShard& shard);
  void add_topology(BusStatus& status) const;
  void apply_map();
  void finish_close();

  uv_loop_t* loop_;
  const Clock& clock_;
  Log& log_;
  RedisBusOptions options_;
  State state_ = State::kNew;
  bool started_ = false;  // start() has returned
  BusListener* texts_ = nullptr;
  PublishListener* publications_ = nullptr;
  Closed closed_;
  std::unique_ptr<RedisTopology> topology_;
  SlotMap applied_;
  BusStatus gone_;  // the counters of the shards that no longer exist
  RedisShards shards_;
  uv::Timer map_pause_;  // until the next map may be used
};

}  // namespace hermod
