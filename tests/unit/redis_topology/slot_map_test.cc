#include "redis_topology/slot_map.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

MasterNode master(const std::string& id, uint16_t port) {
  return {{"h", port}, id, 1};
}

// Two masters, a and b, each with one half of the slots.
SlotMap halves(const MasterNode& a, const MasterNode& b) {
  SlotMap map;
  const uint16_t first = map.add(a);
  const uint16_t second = map.add(b);
  for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
    map.assign(slot, slot < kSlotCount / 2 ? first : second);
  }
  return map;
}

TEST(SlotMapTest, OneMasterServesAllSlots) {
  const SlotMap map = SlotMap::of_one(master("", 6379));
  EXPECT_EQ(map.slots_of(0), kSlotCount);
  EXPECT_EQ(map.owner_of(kSlotCount - 1), 0);
  EXPECT_EQ(map.master_at({"h", 6379}), 0);
  EXPECT_FALSE(map.master_at({"h", 6380}));
  EXPECT_FALSE(map.master_with(""));
  EXPECT_EQ(SlotMap().slots_of(SlotMap::kNone), kSlotCount);
  EXPECT_EQ(map, SlotMap::of_one(master("", 6379)));
  EXPECT_NE(map, SlotMap::of_one(master("", 6380)));
}

TEST(SlotMapTest, AReplicaIsExpectedToAcknowledgeUnlessItFailed) {
  using State = ReplicaNode::State;
  MasterNode node = master("a", 1);
  EXPECT_EQ(node.replicas_expected(), 0u);
  node.replicas = {{State::kOnline, {"h", 2}, "b"},
                   {State::kSyncing, {"h", 3}, "c"},
                   {State::kFailed, {"h", 4}, "d"}};
  EXPECT_EQ(node.replicas_expected(), 2u);
}

TEST(SlotMapTest, AnySlotOfAMasterCanLeaveOneOut) {
  SlotMap map = halves(master("a", 1), master("b", 2));
  EXPECT_EQ(map.any_slot_of(0), 0);
  EXPECT_EQ(map.any_slot_of(0, 0), 1);
  EXPECT_EQ(map.any_slot_of(1), kSlotCount / 2);
  EXPECT_FALSE(map.any_slot_of(2));
}

TEST(SlotMapTest, AMasterKeepsItsNumber) {
  const SlotMap before = halves(master("a", 1), master("b", 2));
  const SlotMap after = halves(master("b", 2), master("a", 1)).numbered_like(before);
  EXPECT_EQ(after.masters()[0].id, "a");
  EXPECT_EQ(after.owner_of(0), 1);
  EXPECT_EQ(after.owner_of(kSlotCount - 1), 0);
}

TEST(SlotMapTest, APromotedReplicaInheritsTheNumber) {
  const SlotMap before = halves(master("a", 1), master("b", 2));
  const SlotMap after = halves(master("c", 3), master("b", 2)).numbered_like(before);
  EXPECT_EQ(after.masters()[0].id, "c");
  EXPECT_EQ(after.masters()[1].id, "b");
}

TEST(SlotMapTest, AnAddedMasterGetsAFreeNumber) {
  const SlotMap before = halves(master("a", 1), master("b", 2));
  SlotMap next = before;
  next.assign(5, next.add(master("c", 3)));
  const SlotMap grown = next.numbered_like(before);
  ASSERT_EQ(grown.masters().size(), 3u);
  EXPECT_EQ(grown.owner_of(5), 2);

  // b has left, and its number is unused until another master needs one.
  SlotMap without_b = grown;
  for (uint16_t slot = kSlotCount / 2; slot < kSlotCount; ++slot) without_b.assign(slot, 2);
  const SlotMap shrunk = without_b.numbered_like(grown);
  ASSERT_EQ(shrunk.masters().size(), 3u);
  EXPECT_FALSE(shrunk.masters()[1].in_use());
  EXPECT_EQ(shrunk.owner_of(kSlotCount - 1), 2);
  SlotMap with_d = shrunk;
  with_d.assign(6, with_d.add(master("d", 4)));
  const SlotMap filled = with_d.numbered_like(shrunk);
  EXPECT_EQ(filled.masters()[1].id, "d");
  EXPECT_EQ(filled.masters().size(), 3u);
}

TEST(SlotMapTest, WithoutIdsTheEndpointIdentifiesAMaster) {
  const SlotMap before = halves(master("", 1), master("", 2));
  const SlotMap after = halves(master("", 2), master("", 1)).numbered_like(before);
  EXPECT_EQ(after.masters()[0].endpoint.port, 1);
}

}  // namespace
}  // namespace hermod
