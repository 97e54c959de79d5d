#include "redis_topology/cluster_view.h"

#include <gtest/gtest.h>

#include "unit/redis_topology/parsed_reply.h"
#include "unit/redis_topology/recorded.h"

namespace hermod {
namespace {

const RedisEndpoint kFirstNode{"127.0.0.1", 7801};

ClusterView recorded(const char* nodes, const char* slots) {
  ClusterAnswer answer;
  answer.info = read_cluster_info(test::kInfoBefore).take();
  answer.nodes = read_cluster_nodes(nodes, kFirstNode).take();
  answer.ranges = read_cluster_slots(*test::ParsedReply(test::bytes_of(slots)), kFirstNode).take();
  return view_of(answer).take();
}

ClusterView before() {
  return recorded(test::kNodesBefore, test::kSlotsBefore);
}
ClusterView after() {
  return recorded(test::kNodesAfter, test::kSlotsAfter);
}

// A view of masters "a", "b", ... with their epochs; each serves an equal share of the slots, in
// the order of `owners`.
ClusterView view(const std::map<std::string, uint64_t>& epochs,
                 const std::vector<std::string>& owners) {
  ClusterView view;
  view.state = "ok";
  view.epochs = epochs;
  const size_t share = kSlotCount / owners.size();
  for (size_t slot = 0; slot < kSlotCount; ++slot) {
    const std::string& id = owners[std::min(slot / share, owners.size() - 1)];
    if (id.empty()) continue;
    auto number = view.map.master_with(id);
    if (!number) number = view.map.add({{"h", static_cast<uint16_t>(id[0])}, id, epochs.at(id)});
    view.map.assign(static_cast<uint16_t>(slot), *number);
  }
  return view;
}

std::string owner(const SlotMap& map, uint16_t slot) {
  const uint16_t number = map.owner_of(slot);
  return number == SlotMap::kNone ? "none" : map.masters()[number].id;
}

SlotMap map_of(const ClusterView& view) {
  return merge(SlotMap(), view).map;
}

TEST(ClusterViewTest, JoinsSlotsAndNodes) {
  const SlotMap map = map_of(before());
  ASSERT_EQ(map.masters().size(), 3u);
  EXPECT_EQ(map.slots_of(SlotMap::kNone), 0u);
  EXPECT_EQ(map.masters()[0].endpoint.port, 7801);
  EXPECT_EQ(map.masters()[1].epoch, 7u);
  // SLOTS omits this replica, because it has not synchronized yet.
  ASSERT_EQ(map.masters()[1].replicas.size(), 1u);
  EXPECT_EQ(map.masters()[1].replicas[0].state, ReplicaNode::State::kSyncing);
  EXPECT_EQ(map.masters()[1].replicas_expected(), 1u);
  EXPECT_EQ(map.masters()[2].replicas[0].state, ReplicaNode::State::kOnline);
}

TEST(ClusterViewTest, AFailoverMovesTheNumberToThePromotedReplica) {
  const SlotMap old = map_of(before());
  const MergedMap merged = merge(old, after());
  EXPECT_EQ(merged.slots_ignored, 0u);
  ASSERT_EQ(merged.map.masters().size(), 3u);
  EXPECT_EQ(merged.map.masters()[2].endpoint.port, 7806);
  EXPECT_EQ(merged.map.masters()[2].replicas_expected(), 0u);
  EXPECT_EQ(merged.map.owner_of(16383), 2);
}

TEST(ClusterViewTest, AViewFromBeforeTheFailoverChangesNothing) {
  const SlotMap current = merge(map_of(before()), after()).map;
  const MergedMap merged = merge(current, before());
  EXPECT_EQ(merged.slots_ignored, 5461u);
  EXPECT_EQ(merged.map.masters()[2].endpoint.port, 7806);
  EXPECT_EQ(merged.map.owner_of(16383), 2);
}

TEST(ClusterViewTest, AFailedMasterWithoutAReplicaKeepsItsSlots) {
  const SlotMap map = map_of(recorded(test::kNodesKilled, test::kSlotsKilled));
  EXPECT_EQ(map.masters().size(), 3u);
  EXPECT_EQ(map.masters()[1].endpoint.port, 7805);
}

TEST(ClusterViewTest, AMovedSlotFollowsTheHigherEpoch) {
  const SlotMap current = map_of(view({{"a", 1}, {"b", 2}}, {"a", "b"}));
  const SlotMap moved = merge(current, view({{"a", 1}, {"b", 3}}, {"b", "b"})).map;
  EXPECT_EQ(owner(moved, 0), "b");
  EXPECT_EQ(moved.owner_of(0), 1);
  // A third node that has not heard of it yet.
  const MergedMap merged = merge(moved, view({{"a", 1}, {"b", 2}}, {"a", "b"}));
  EXPECT_EQ(owner(merged.map, 0), "b");
  EXPECT_EQ(merged.slots_ignored, kSlotCount / 2);
}

TEST(ClusterViewTest, AnOwnerThatLeftTheClusterIsReplaced) {
  const SlotMap current = map_of(view({{"a", 5}, {"b", 2}}, {"a", "b"}));
  const ClusterView forgotten = view({{"b", 2}}, {"b", "b"});
  EXPECT_TRUE(is_related(forgotten, current));
  EXPECT_EQ(owner(merge(current, forgotten).map, 0), "b");
  // A node that serves nothing may only have lost sight of the others.
  ClusterView cut_off = forgotten;
  cut_off.state = "fail";
  EXPECT_EQ(owner(merge(current, cut_off).map, 0), "a");
}

TEST(ClusterViewTest, AClusterCreatedAgainReplacesTheMap) {
  const SlotMap current = map_of(view({{"a", 5}}, {"a"}));
  const ClusterView other = view({{"x", 1}, {"y", 2}}, {"x", "y"});
  EXPECT_FALSE(is_related(other, current));
  const SlotMap map = merge(current, other).map;
  EXPECT_EQ(owner(map, 0), "x");
  EXPECT_EQ(map.masters().size(), 2u);
  EXPECT_EQ(map.masters()[0].id, "x");  // inherits the number
}

TEST(ClusterViewTest, SlotsThatAreTakenAwayHaveNoOwner) {
  const SlotMap current = map_of(view({{"a", 3}, {"b", 2}}, {"a", "b"}));
  EXPECT_EQ(owner(merge(current, view({{"a", 3}, {"b", 2}}, {"", "b"})).map, 0), "none");
  EXPECT_EQ(owner(merge(current, view({{"a", 1}, {"b", 2}}, {"", "b"})).map, 0), "a");
}

TEST(ClusterViewTest, RejectsContradictingReplies) {
  ClusterAnswer answer;
  answer.info.state = "ok";
  answer.nodes = read_cluster_nodes(test::kNodesBefore, kFirstNode).take();
  EXPECT_NE(view_of(answer).error().message.find("knows no slots"), std::string::npos);
  const std::string unknown(40, 'f');
  answer.ranges = {{0, 1, {unknown, {"h", 1}}, {}}};
  EXPECT_NE(view_of(answer).error().message.find("different masters"), std::string::npos);
}

TEST(ClusterViewTest, AnUnknownPreferredAddressIsTheOneOfClusterNodes) {
  ClusterAnswer answer;
  answer.info.state = "ok";
  answer.nodes = read_cluster_nodes(test::kNodesBefore, kFirstNode).take();
  answer.ranges = {{0, 1, {answer.nodes[3].id, {"", 7805}}, {}}};
  EXPECT_EQ(view_of(answer).value().map.masters()[0].endpoint, (RedisEndpoint{"127.0.0.1", 7805}));
  answer.nodes[3].endpoint.host.clear();
  EXPECT_NE(view_of(answer).error().message.find("cluster-announce"), std::string::npos);
}

}  // namespace
}  // namespace hermod
