#include "redis_bus/redis_shards.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include "redis_schema/user_tag.h"

namespace hermod {
namespace {

uint16_t slot_of(std::string_view user) {
  return key_slot(UserTag(user).text());
}

// The hash tag of the own keys of a shard. It stays the same as long as the shard serves its slot;
// without a cluster, the keys need none.
std::string tag_for(const SlotMap& map, uint16_t number, const std::string& current) {
  if (map.masters()[number].id.empty()) return {};
  if (!current.empty() && map.owner_of(key_slot(current)) == number) return current;
  // The highest one: usually, the lowest ones are moved away first.
  for (uint16_t slot = kSlotCount; slot-- > 0;) {
    if (map.owner_of(slot) == number) return tag_of_slot(slot);
  }
  return current;
}

}  // namespace

RedisShards::RedisShards(uv_loop_t* loop, Events events)
    : events_(std::move(events)),
      owners_(kSlotCount, SlotMap::kNone),
      destroy_(loop, [this] { destroy_closed(); }) {}

ShardId RedisShards::number_of(std::string_view user) const {
  if (only_ != nullptr) return only_->number();
  const uint16_t owner = owners_[slot_of(user)];
  return owner == SlotMap::kNone ? kNoShard : owner;
}

RedisShard& RedisShards::of(std::string_view user) {
  return only_ != nullptr ? *only_ : shard(number_of(user));
}

RedisShard& RedisShards::shard(ShardId number) {
  if (number != kNoShard && number >= shards_.size()) shards_.resize(number + 1);
  auto& found = number == kNoShard ? unconnected_ : shards_[number];
  if (!found) found = events_.make(number);
  return *found;
}

void RedisShards::apply(const SlotMap& map) {
  lead(map);
  const Slots moved = take_owners(map);
  if (moved.any()) {
    for (size_t number = 0; number < shards_.size(); ++number) {
      if (shards_[number]) move_users(*shards_[number], moved);
    }
    if (unconnected_) move_users(*unconnected_, moved);
  }
  retire(map);
}

// Connects the shards of new masters, and redirects those whose master was replaced.
void RedisShards::lead(const SlotMap& map) {
  const auto masters = static_cast<uint16_t>(map.masters().size());
  for (uint16_t number = 0; number < masters; ++number) {
    const MasterNode& master = map.masters()[number];
    if (!master.in_use()) continue;
    RedisShard& led = shard(number);
    led.set_tag(tag_for(map, number, led.tag()));
    led.lead_to(master.endpoint);
    led.set_replicas(master.replicas_expected());
  }
}

// Returns the slots that another shard serves now. A slot without a master stays with its shard,
// because the next master of the slot will most likely inherit the number.
RedisShards::Slots RedisShards::take_owners(const SlotMap& map) {
  Slots moved;
  for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
    const uint16_t owner = map.owner_of(slot);
    if (owner == SlotMap::kNone || owner == owners_[slot]) continue;
    owners_[slot] = owner;
    moved.set(slot);
  }
  const auto different = [this](uint16_t owner) { return owner != owners_.front(); };
  const bool one = std::none_of(owners_.begin(), owners_.end(), different);
  only_ = one && owners_.front() != SlotMap::kNone ? &shard(owners_.front()) : nullptr;
  return moved;
}

void RedisShards::move_users(RedisShard& from, const Slots& moved) {
  const auto leaves = [&](std::string_view user) {
    const uint16_t slot = slot_of(user);
    return moved.test(slot) && owners_[slot] != from.number();
  };
  const RedisShardUsers users = from.release(leaves);
  std::map<RedisShard*, std::vector<Publication>> publications;
  for (const Publication& one : users.publications) publications[&of(one.user)].push_back(one);
  for (const auto& [to, of_users] : publications) to->adopt(of_users);
  for (const auto& entry : users.ack_cursors) of(entry.user).adopt(entry);
  for (const RedisSeen::Seen& seen : users.seen) of(seen.user).seen().adopt(seen);
  for (const auto& [user, lease] : users.leases) of(user).leases().adopt(user, lease);
  for (const std::string& user : users.subscribed) {
    events_.moved(user);
    of(user).subscribe(user);
  }
}

void RedisShards::retire(const SlotMap& map) {
  for (size_t number = 0; number < shards_.size(); ++number) {
    const bool used = number < map.masters().size() && map.masters()[number].in_use();
    if (!shards_[number] || used) continue;
    const bool owns = std::find(owners_.begin(), owners_.end(), number) != owners_.end();
    if (!owns) remove(std::move(shards_[number]));
  }
  if (!unconnected_) return;
  const bool all_served =
      std::find(owners_.begin(), owners_.end(), SlotMap::kNone) == owners_.end();
  if (all_served) remove(std::move(unconnected_));
}

void RedisShards::remove(std::unique_ptr<RedisShard> shard) {
  events_.gone(*shard);
  close_shard(std::move(shard));
}

void RedisShards::for_each(const std::function<void(const RedisShard&)>& visit) const {
  for (const auto& shard : shards_) {
    if (shard) visit(*shard);
  }
  if (unconnected_) visit(*unconnected_);
}

void RedisShards::for_each_leases(const std::function<void(RedisLeases&)>& visit) {
  for (const auto& shard : shards_) {
    if (shard) visit(shard->leases());
  }
  if (unconnected_) visit(unconnected_->leases());
}

void RedisShards::close(Closed closed) {
  assert(!closed_);
  closed_ = std::move(closed);
  only_ = nullptr;
  for (auto& shard : std::exchange(shards_, {})) {
    if (shard) close_shard(std::move(shard));
  }
  if (unconnected_) close_shard(std::move(unconnected_));
  destroy_.ask();
}

void RedisShards::close_shard(std::unique_ptr<RedisShard> shard) {
  RedisShard* const closing = shard.get();
  closing_.push_back(std::move(shard));
  closing->close([this, closing] {
    const auto found = std::find_if(closing_.begin(), closing_.end(),
                                    [closing](const auto& one) { return one.get() == closing; });
    assert(found != closing_.end());
    closed_shards_.push_back(std::move(*found));
    closing_.erase(found);
    destroy_.ask();
  });
}

// A shard must not be destroyed inside the call in which it reports that it has closed.
void RedisShards::destroy_closed() {
  closed_shards_.clear();
  if (closed_ && closing_.empty()) std::exchange(closed_, nullptr)();
}

}  // namespace hermod
