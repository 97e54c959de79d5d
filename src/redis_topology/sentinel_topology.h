#pragma once
// One master, whose address the sentinels know. It serves all slots. A new address is used only
// after ROLE at that address says master; then the old one is left at once, whatever it still
// accepts: a master that was frozen during the failover accepts writes for ten seconds more, and
// they are lost.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "redis_topology/redis_inquiry.h"
#include "redis_topology/redis_topology.h"
#include "redis_topology/sentinel_peer.h"
#include "redis_topology/sentinel_vote.h"
#include "redis_topology/topology_options.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class SentinelTopology final : public RedisTopology, SentinelPeerListener, InquiryHandler {
 public:
  SentinelTopology(uv_loop_t* loop, const Clock& clock, const TopologyOptions& options);

  void start(TopologyListener& listener) override;
  void stop() override;
  void suspect(const RedisEndpoint& endpoint, Suspicion reason) override;
  void redirected(uint16_t, const RedisEndpoint&) override {}  // a cluster node is refused before

  const SlotMap& map() const override { return map_; }
  TopologyFacts facts() const override;

 private:
  void on_sentinel_answer(SentinelPeer& peer) override;
  void on_inquiry_reply(size_t command, const redisReply& reply) override;
  void on_inquiry_end(const std::string& error) override;

  void add_peer(const RedisEndpoint& endpoint, const std::string& id,
                SentinelPeerOptions::Origin origin);
  void learn(const SentinelPeer& from);
  void judge();
  void check_role(const SentinelVote& vote);
  void publish();
  bool list_replicas(MasterNode& master) const;
  void report(const std::string& trouble);
  void on_timer();
  void schedule();

  uv_loop_t* loop_;
  const Clock& clock_;
  TopologyOptions options_;
  TopologyListener* listener_ = nullptr;
  std::vector<std::unique_ptr<SentinelPeer>> peers_;
  std::optional<SentinelVote> chosen_;     // whose master is in the map
  std::optional<SentinelVote> candidate_;  // whose role is being asked
  std::string role_;
  SlotMap map_;
  std::string trouble_;
  int64_t alert_until_ms_ = 0;
  size_t next_peer_ = 0;
  uv::Timer timer_;
  RedisInquiry role_inquiry_;
};

}  // namespace hermod
