#pragma once
// The shards of a bus, and which of them serves which user. apply() follows a new map: it connects
// new shards, redirects those whose master was replaced, and moves the users of the slots that
// another shard serves now. Users whose slot no master serves wait in a shard that is not
// connected. RedisBus owns it.

#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/closed.h"
#include "redis_bus/redis_shard.h"
#include "redis_topology/slot_map.h"
#include "uv/immediate.h"

namespace hermod {

class RedisShards {
 public:
  struct Events {
    // Creates and starts the shard with this number: that of the map, or kNoShard for the one that
    // is not connected.
    std::function<std::unique_ptr<RedisShard>(ShardId number)> make;
    std::function<void(std::string_view user)> moved;  // a subscribed user; of() has changed
    std::function<void(const RedisShard& shard)> gone;
  };

  RedisShards(uv_loop_t* loop, Events events);

  // The shard that serves the user.
  RedisShard& of(std::string_view user);
  ShardId number_of(std::string_view user) const;

  // Never called inside a call of a shard: users may move.
  void apply(const SlotMap& map);

  // Calls `visit` for each shard, the one that is not connected last.
  void for_each(const std::function<void(const RedisShard&)>& visit) const;

  void for_each_leases(const std::function<void(RedisLeases&)>& visit);

  // Closes all shards. `closed` is called once, in a later loop iteration.
  void close(Closed closed);

 private:
  using Slots = std::bitset<kSlotCount>;
  using Shards = std::vector<std::unique_ptr<RedisShard>>;

  RedisShard& shard(ShardId number);
  void lead(const SlotMap& map);
  Slots take_owners(const SlotMap& map);
  void move_users(RedisShard& from, const Slots& moved);
  void retire(const SlotMap& map);
  void remove(std::unique_ptr<RedisShard> shard);
  void close_shard(std::unique_ptr<RedisShard> shard);
  void destroy_closed();

  Events events_;
  Closed closed_;
  std::vector<uint16_t> owners_;             // the numbers of the shards, for each slot
  RedisShard* only_ = nullptr;               // serves all slots; null: there are several
  Shards shards_;                            // by number; null: there is no such master
  std::unique_ptr<RedisShard> unconnected_;  // null: no user needed it yet
  Shards closing_;
  Shards closed_shards_;  // destroyed in the next loop iteration
  uv::Immediate destroy_;
};

}  // namespace hermod
