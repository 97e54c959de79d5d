#include "redis_topology/slot_map.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {
namespace {

template <class Condition>
std::optional<uint16_t> find_master(const std::vector<MasterNode>& masters, Condition condition) {
  const auto found = std::find_if(masters.begin(), masters.end(), condition);
  if (found == masters.end()) return std::nullopt;
  return static_cast<uint16_t>(found - masters.begin());
}

// The most frequent number in `counts`, of those that are not `taken`; none if all counts are 0.
std::optional<uint16_t> most_frequent(const std::vector<size_t>& counts,
                                      const std::vector<bool>& taken) {
  std::optional<uint16_t> best;
  const auto count = static_cast<uint16_t>(counts.size());
  for (uint16_t i = 0; i < count; ++i) {
    if (counts[i] > 0 && !taken[i] && (!best || counts[i] > counts[*best])) best = i;
  }
  return best;
}

uint16_t lowest_free(std::vector<bool>& taken) {
  const auto free = std::find(taken.begin(), taken.end(), false);
  const auto number = static_cast<uint16_t>(free - taken.begin());
  if (free == taken.end()) taken.push_back(false);
  return number;
}

}  // namespace

std::string_view label(ReplicaNode::State state) {
  switch (state) {
    case ReplicaNode::State::kOnline:
      return "online";
    case ReplicaNode::State::kSyncing:
      return "synchronizing";
    case ReplicaNode::State::kFailed:
      break;
  }
  return "failed";
}

size_t MasterNode::replicas_expected() const {
  return static_cast<size_t>(std::count_if(
      replicas.begin(), replicas.end(),
      [](const ReplicaNode& replica) { return replica.state != ReplicaNode::State::kFailed; }));
}

SlotMap SlotMap::of_one(MasterNode master) {
  SlotMap map;
  const uint16_t number = map.add(std::move(master));
  std::fill(map.owners_.begin(), map.owners_.end(), number);
  return map;
}

size_t SlotMap::slots_of(uint16_t master) const {
  return static_cast<size_t>(std::count(owners_.begin(), owners_.end(), master));
}

std::optional<uint16_t> SlotMap::any_slot_of(uint16_t master, uint16_t except) const {
  for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
    if (owners_[slot] == master && slot != except) return slot;
  }
  return std::nullopt;
}

std::optional<uint16_t> SlotMap::master_at(const RedisEndpoint& endpoint) const {
  return find_master(masters_, [&endpoint](const MasterNode& master) {
    return master.in_use() && master.endpoint == endpoint;
  });
}

std::optional<uint16_t> SlotMap::master_with(std::string_view id) const {
  if (id.empty()) return std::nullopt;
  return find_master(masters_, [id](const MasterNode& master) { return master.id == id; });
}

void SlotMap::assign(uint16_t slot, uint16_t master) {
  assert(slot < kSlotCount);
  assert(master == kNone || master < masters_.size());
  owners_[slot] = master;
}

uint16_t SlotMap::add(MasterNode master) {
  assert(masters_.size() < kNone);
  masters_.push_back(std::move(master));
  return static_cast<uint16_t>(masters_.size() - 1);
}

// First each master gets its number of `previous`. Then each other master inherits the number under
// which most of its slots were served, if that is free, or gets the lowest free number.
SlotMap SlotMap::numbered_like(const SlotMap& previous) const {
  std::vector<bool> taken(previous.masters_.size());
  std::vector<uint16_t> numbers(masters_.size(), kNone);
  std::vector<bool> serves(masters_.size());
  std::vector<std::vector<size_t>> served_by(masters_.size());
  for (size_t i = 0; i < masters_.size(); ++i) {
    serves[i] = slots_of(static_cast<uint16_t>(i)) > 0;
    const MasterNode& master = masters_[i];
    const auto known =
        master.id.empty() ? previous.master_at(master.endpoint) : previous.master_with(master.id);
    if (!serves[i] || !known || taken[*known]) continue;
    numbers[i] = *known;
    taken[*known] = true;
  }
  for (auto& counts : served_by) counts.resize(previous.masters_.size());
  for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
    if (owners_[slot] != kNone && previous.owners_[slot] != kNone) {
      ++served_by[owners_[slot]][previous.owners_[slot]];
    }
  }
  SlotMap map;
  for (size_t i = 0; i < masters_.size(); ++i) {
    if (!serves[i]) continue;
    if (numbers[i] == kNone) {
      const auto inherited = most_frequent(served_by[i], taken);
      numbers[i] = inherited ? *inherited : lowest_free(taken);
      taken[numbers[i]] = true;
    }
    if (map.masters_.size() <= numbers[i]) map.masters_.resize(numbers[i] + 1U);
    map.masters_[numbers[i]] = masters_[i];
  }
  for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
    map.owners_[slot] = owners_[slot] == kNone ? kNone : numbers[owners_[slot]];
  }
  return map;
}

}  // namespace hermod
