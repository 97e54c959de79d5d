#include "redis_topology/cluster_reply.h"

#include <gtest/gtest.h>

#include "unit/redis_topology/parsed_reply.h"
#include "unit/redis_topology/recorded.h"

namespace hermod {
namespace {

using test::bytes_of;
using test::ParsedReply;

const RedisEndpoint kAsked{"asked.example", 7000};
const std::string kIdA(40, 'a');
const std::string kIdB(40, 'b');

std::string bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

// CLUSTER SLOTS with one range and one node, whose host is the RESP value `host`.
std::string slots_with(const std::string& host, const std::string& range = ":0\r\n:99\r\n",
                       const std::string& port = ":7001\r\n") {
  return "*1\r\n*3\r\n" + range + "*3\r\n" + host + port + bulk(kIdA);
}

Result<std::vector<SlotRange>> read_slots(const std::string& bytes) {
  return read_cluster_slots(*ParsedReply(bytes), kAsked);
}

TEST(ClusterReplyTest, ReadsRecordedSlots) {
  const auto ranges = read_slots(bytes_of(test::kSlotsBefore));
  ASSERT_TRUE(ranges);
  ASSERT_EQ(ranges.value().size(), 3u);
  const SlotRange& first = ranges.value()[0];
  EXPECT_EQ(first.first, 0);
  EXPECT_EQ(first.last, 5460);
  EXPECT_EQ(first.master.endpoint, (RedisEndpoint{"127.0.0.1", 7801}));
  ASSERT_EQ(first.replicas.size(), 1u);
  EXPECT_EQ(first.replicas[0].endpoint.port, 7804);
  EXPECT_TRUE(ranges.value()[1].replicas.empty());  // one that has not synchronized yet
}

TEST(ClusterReplyTest, AnAddressThatIsLeftOutIsTheOneThatWasAsked) {
  for (const char* host : {"$-1\r\n", "$0\r\n\r\n"}) {
    const auto ranges = read_slots(slots_with(host));
    ASSERT_TRUE(ranges) << host;
    EXPECT_EQ(ranges.value()[0].master.endpoint, (RedisEndpoint{"asked.example", 7001}));
  }
  EXPECT_EQ(read_slots(slots_with("$1\r\n?\r\n")).value()[0].master.endpoint.host, "");
  EXPECT_EQ(read_slots(slots_with(bulk("n1.example"))).value()[0].master.endpoint.host,
            "n1.example");
  EXPECT_EQ(read_slots(slots_with(bulk("::1"))).value()[0].master.endpoint.address(), "[::1]:7001");
}

TEST(ClusterReplyTest, RejectsMalformedSlots) {
  EXPECT_TRUE(read_slots("*0\r\n"));
  const std::string host = bulk("h");
  for (const std::string& bytes :
       {slots_with(bulk("a b")), slots_with(bulk("a\r\nb")),
        slots_with(bulk(std::string(256, 'a'))), slots_with(":1\r\n"),
        slots_with(host, ":5\r\n:4\r\n"), slots_with(host, ":-1\r\n:4\r\n"),
        slots_with(host, ":0\r\n:16384\r\n"), slots_with(host, ":0\r\n:1\r\n", ":0\r\n"),
        slots_with(host, ":0\r\n:1\r\n", ":65536\r\n"), slots_with(host, ":0\r\n:1\r\n", "+x\r\n"),
        std::string("*1\r\n*2\r\n:0\r\n:1\r\n"), std::string("*1\r\n:0\r\n"),
        std::string("*1\r\n*3\r\n:0\r\n:1\r\n*3\r\n$1\r\nh\r\n:1\r\n$2\r\nid\r\n")}) {
    const auto ranges = read_slots(bytes);
    ASSERT_FALSE(ranges) << bytes;
    EXPECT_EQ(ranges.error().message, "an unexpected reply to CLUSTER SLOTS");
  }
  EXPECT_EQ(read_slots("-NOPERM no\r\n").error().message, "NOPERM no");
}

TEST(ClusterReplyTest, ReadsRecordedNodes) {
  const auto nodes = read_cluster_nodes(test::kNodesAfter, kAsked);
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes.value().size(), 6u);
  const ClusterNode& replica = nodes.value()[0];
  EXPECT_EQ(replica.endpoint, (RedisEndpoint{"127.0.0.1", 7802}));
  EXPECT_FALSE(replica.master);
  EXPECT_EQ(replica.master_id, "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f");
  const ClusterNode& promoted = nodes.value()[2];
  EXPECT_TRUE(promoted.master);
  EXPECT_EQ(promoted.epoch, 8u);
  EXPECT_TRUE(nodes.value()[4].failed);
  EXPECT_TRUE(nodes.value()[5].myself);
}

TEST(ClusterReplyTest, ReadsOtherFormsOfNodes) {
  const auto nodes = read_cluster_nodes(
      kIdA + " :7001@17001 myself,master - 0 0 1 connected 0-9 20 [30->-" + kIdB + "] [31-<-" +
          kIdB + "] [32->-short]\r\n" +  //
          kIdB + " :0@0 master,noaddr - 0 0 0 disconnected\n" + kIdB +
          " ::1:7002@17002,node2.example,shard-id=x slave,fail? " + kIdA + " 0 0 1 connected\n",
      kAsked);
  ASSERT_TRUE(nodes) << nodes.error().message;
  const ClusterNode& first = nodes.value()[0];
  EXPECT_EQ(first.endpoint, (RedisEndpoint{"asked.example", 7001}));
  using Direction = OpenSlot::Direction;
  EXPECT_EQ(first.open_slots, (std::vector<OpenSlot>{{30, Direction::kMigrating, kIdB},
                                                     {31, Direction::kImporting, kIdB}}));
  EXPECT_TRUE(nodes.value()[1].joining);
  EXPECT_EQ(nodes.value()[2].endpoint.address(), "[::1]:7002");
  EXPECT_FALSE(nodes.value()[2].failed);  // only this node suspects it
}

TEST(ClusterReplyTest, RejectsMalformedNodes) {
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string("x"), kIdA + " h:1@2 master - 0 0 x c",
        kIdA + " h:0@2 master - 0 0 1 c", kIdA + " h master - 0 0 1 c",
        kIdA + " h:1@2 slave x 0 0 1 c", std::string(40, 'A') + " h:1@2 master - 0 0 1 c"}) {
    EXPECT_FALSE(read_cluster_nodes(text, kAsked)) << text;
  }
}

TEST(ClusterReplyTest, ReadsInfo) {
  const auto info = read_cluster_info(test::kInfoBefore);
  ASSERT_TRUE(info);
  EXPECT_EQ(info.value().state, "ok");
  EXPECT_EQ(info.value().current_epoch, 7u);
  EXPECT_FALSE(read_cluster_info("cluster_state:ok\r\n"));
  EXPECT_FALSE(read_cluster_info("cluster_state:ok\r\ncluster_current_epoch:-1\r\n"));
  EXPECT_FALSE(read_cluster_info(""));
}

TEST(ClusterReplyTest, ReadsRedirections) {
  const auto moved = read_redirection("MOVED 12182 127.0.0.1:7803", kAsked);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->kind, Redirection::Kind::kMoved);
  EXPECT_EQ(moved->slot, 12182);
  EXPECT_EQ(moved->endpoint, (RedisEndpoint{"127.0.0.1", 7803}));
  const auto ask = read_redirection("ASK 1 node.example:1", kAsked);
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->kind, Redirection::Kind::kAsk);
  EXPECT_EQ(read_redirection("MOVED 1 :7803", kAsked)->endpoint.host, "asked.example");
  EXPECT_EQ(read_redirection("MOVED 1 ?:7803", kAsked)->endpoint.host, "");
  EXPECT_EQ(read_redirection("MOVED 1 ::1:7803", kAsked)->endpoint.host, "::1");
  for (const char* error : {"", "MOVED", "MOVED 1", "MOVED 16384 h:1", "MOVED x h:1", "MOVED 1 h",
                            "MOVED 1 h:0", "MOVED 1 h:70000", "MOVED 1 a b:1", "MOVEDX 1 h:1",
                            "TRYAGAIN Multiple keys", "MOVED 1 h:1 trailing"}) {
    EXPECT_FALSE(read_redirection(error, kAsked)) << error;
  }
}

}  // namespace
}  // namespace hermod
