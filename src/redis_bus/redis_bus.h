#pragma once
// The bus on Redis: passes each request to the shard that serves its user. The topology says which
// shards there are; the shards say when it should look again. The composition (server/) owns it.

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "bus/bus.h"
#include "bus/presence_delays.h"
#include "hermod/log.h"
#include "redis_bus/redis_bus_options.h"
#include "redis_bus/redis_shards.h"
#include "redis_bus/suspension_watch.h"
#include "redis_topology/redis_topology.h"
#include "uv/timer.h"

namespace hermod {

class RedisBus final : public Bus, TopologyListener, RedisShard::Listener {
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
  void acknowledge(const Acknowledgement& acknowledgement) override;
  void end_cursor(std::string_view user, const Cursor& cursor, CursorEnd end) override;
  void mark_seen(const SeenRequest& request) override;
  LeaseAnswer lease(const LeaseRequest& request) override;
  void set_liveness(const ProcessLiveness* liveness) override;
  void rejoin_all() override;
  void sweep(std::string_view process) override;
  void revoke(const RevokeRequest& request, RevokeDone done) override;
  void report_presence(PresenceListener* listener) override { presence_listener_ = listener; }
  void settle_presence(const PresenceEvent& event, PresenceOutcome outcome) override;
  BusStatus status() const override;
  void close(Closed closed) override;

  // Calls `observer` with each new map, beginning with the first one. Call before start().
  using MapObserver = std::function<void(const SlotMap& map)>;
  void on_new_map(MapObserver observer) { map_observer_ = std::move(observer); }
  // Another link than those of the bus got this error from the server: MOVED, READONLY.
  void report_error(const RedisEndpoint& from, std::string_view error);

 private:
  enum class State { kNew, kOpen, kClosing, kClosed };

  void on_map(const SlotMap& map) override;
  void on_trouble(std::string_view reason) override;
  void on_shard_suspect(const RedisShard& shard, Suspicion suspicion) override;
  void on_redirected(const RedisShard& shard, std::string_view error) override;

  void enter(State next);
  std::unique_ptr<RedisShard> make_shard(ShardId number);
  void on_gone(const RedisShard& shard);
  void on_suspended();
  void call_presence(PresenceCall call);
  void add_topology(BusStatus& status) const;
  void apply_map();
  void follow(const RedisEndpoint& from, std::string_view error);
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
  MapObserver map_observer_;
  std::unique_ptr<RedisTopology> topology_;
  SlotMap applied_;
  BusStatus gone_;  // the counters of the shards that no longer exist
  RedisShards shards_;
  const ProcessLiveness* liveness_ = nullptr;
  PresenceListener* presence_listener_ = nullptr;  // null: presence events are off
  PresenceDelays presence_delays_;
  SuspensionWatch suspension_;
  uv::Timer map_pause_;  // until the next map may be used
};

}  // namespace hermod
