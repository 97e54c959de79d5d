#pragma once
// A cluster. Its map comes from surveys: one node is asked for the nodes and slots that it knows.
// Each master is asked in turn, since only the two masters of a slot report that it is being moved.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "redis_topology/cluster_survey.h"
#include "redis_topology/redis_topology.h"
#include "redis_topology/survey_order.h"
#include "redis_topology/topology_options.h"
#include "uv/immediate.h"
#include "uv/timer.h"

namespace hermod {

class ClusterTopology final : public RedisTopology, ClusterSurveyListener {
 public:
  ClusterTopology(uv_loop_t* loop, const Clock& clock, const TopologyOptions& options);

  void start(TopologyListener& listener) override;
  void stop() override;
  void suspect(const RedisEndpoint& endpoint, Suspicion reason) override;
  void redirected(uint16_t slot, const RedisEndpoint& endpoint) override;

  const SlotMap& map() const override { return map_; }
  TopologyFacts facts() const override;

 private:
  Next on_view(const RedisEndpoint& node, const ClusterView& view) override;
  void on_survey_end(const std::string& error) override;

  void survey();
  void survey_soon();
  uint64_t pause_ms() const;  // between two surveys
  RedisEndpoint master_in_turn();
  void drop_old_suspects();
  void report(const std::string& trouble);

  const Clock& clock_;
  TopologyOptions options_;
  TopologyListener* listener_ = nullptr;
  SlotMap map_;
  std::string trouble_;
  std::string state_;                                        // the last cluster_state
  bool knows_sharded_ = true;                                // the node that answered last
  std::map<std::string, std::vector<OpenSlot>> open_slots_;  // by the id of the master
  std::map<std::string, int64_t> suspects_;  // address -> end of the suspicion, steady time
  std::optional<RedisEndpoint> redirected_to_;
  std::optional<RedisEndpoint> answered_last_;
  bool answered_ = false;  // in this survey: a usable view was received
  bool wanted_ = false;    // another survey is to follow soon
  int64_t surveyed_ms_ = 0;
  size_t turn_ = 0;
  uv::Timer timer_;
  uv::Immediate publish_;
  ClusterSurvey survey_;
};

}  // namespace hermod
