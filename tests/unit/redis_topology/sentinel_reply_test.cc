#include "redis_topology/sentinel_reply.h"

#include <gtest/gtest.h>

#include "unit/redis_topology/parsed_reply.h"
#include "unit/redis_topology/recorded.h"

namespace hermod {
namespace {

using test::bytes_of;
using test::ParsedReply;

std::string list(const std::vector<std::string>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return bytes;
}

TEST(SentinelReplyTest, ReadsARecordedMaster) {
  const ParsedReply reply(bytes_of(test::kSentinelMaster));
  const auto master = read_sentinel_master(*reply);
  ASSERT_TRUE(master);
  EXPECT_EQ(master->endpoint, (RedisEndpoint{"127.0.0.1", 7812}));
  EXPECT_EQ(master->epoch, 1u);
  EXPECT_EQ(master->other_sentinels, 2u);
  EXPECT_FALSE(master->down);
}

TEST(SentinelReplyTest, ReadsRecordedReplicasAndPeers) {
  const ParsedReply replicas(bytes_of(test::kSentinelReplicas));
  const auto read = read_sentinel_replicas(*replicas);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().endpoint.port, 7811);
  const ParsedReply peers(bytes_of(test::kSentinelPeers));
  const auto others = read_sentinel_peers(*peers);
  ASSERT_TRUE(others);
  ASSERT_EQ(others->size(), 2u);
  EXPECT_EQ(others->front().id.size(), 40u);
}

TEST(SentinelReplyTest, ReadsTheStateOfAReplica) {
  const auto state = [](const std::string& flags, const std::string& link) {
    const std::string entry =
        list({"ip", "10.0.0.1", "port", "6379", "flags", flags, "master-link-status", link});
    const ParsedReply reply("*1\r\n" + entry);
    return read_sentinel_replicas(*reply)->front().state;
  };
  using State = ReplicaNode::State;
  EXPECT_EQ(state("slave", "ok"), State::kOnline);
  EXPECT_EQ(state("slave", "err"), State::kSyncing);
  EXPECT_EQ(state("s_down,slave", "ok"), State::kFailed);
  EXPECT_EQ(state("slave,disconnected", "ok"), State::kFailed);
}

TEST(SentinelReplyTest, RejectsMalformedReplies) {
  for (const std::string& bytes :
       {std::string("*0\r\n"), std::string(":1\r\n"), std::string("-ERR No such master\r\n"),
        std::string("*1\r\n*0\r\n"), list({"ip", "a b", "port", "1"}),
        list({"ip", "h", "port", "0", "config-epoch", "1", "num-other-sentinels", "1"}),
        list({"ip", "h", "port", "1", "config-epoch", "x", "num-other-sentinels", "1"}),
        list({"ip", "?", "port", "1", "config-epoch", "1", "num-other-sentinels", "1"}),
        list({"ip", "h", "port", "1", "config-epoch"})}) {
    const ParsedReply reply(bytes);
    EXPECT_FALSE(read_sentinel_master(*reply)) << bytes;
  }
  for (const char* bytes : {"-ERR no\r\n", "*1\r\n:1\r\n", "*1\r\n*0\r\n"}) {
    const ParsedReply reply{std::string_view(bytes)};
    EXPECT_FALSE(read_sentinel_replicas(*reply)) << bytes;
    EXPECT_FALSE(read_sentinel_peers(*reply)) << bytes;
  }
}

TEST(SentinelReplyTest, NamesTheMasters) {
  EXPECT_EQ(read_master_names(*ParsedReply(bytes_of(test::kSentinelMasters))), "mymaster");
  std::string many = "*11\r\n";
  for (int i = 0; i < 11; ++i) many += list({"name", "m" + std::to_string(i)});
  EXPECT_EQ(read_master_names(*ParsedReply(many)),
            "m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 and others");
  EXPECT_EQ(read_master_names(*ParsedReply("-NOPERM\r\n")), "");
}

TEST(SentinelReplyTest, ReadsRoles) {
  EXPECT_EQ(read_role(*ParsedReply(bytes_of(test::kRoleOfMaster))), "master");
  EXPECT_EQ(read_role(*ParsedReply(bytes_of(test::kRoleOfReplica))), "slave");
  EXPECT_EQ(read_role(*ParsedReply(bytes_of(test::kRoleOfSentinel))), "sentinel");
  EXPECT_EQ(read_role(*ParsedReply("-NOPERM\r\n")), "");
}

}  // namespace
}  // namespace hermod
