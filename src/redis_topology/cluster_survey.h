#pragma once
// Asks the nodes of a cluster, one after the other, until one gives a usable answer. Owned by
// ClusterTopology, which decides what is usable.

#include <optional>
#include <string>
#include <vector>

#include "redis_topology/cluster_view.h"
#include "redis_topology/redis_inquiry.h"

namespace hermod {

class ClusterSurveyListener {
 public:
  enum class Next { kEnough, kAskAnother };
  virtual Next on_view(const RedisEndpoint& node, const ClusterView& view) = 0;
  // The survey has ended. `error`: why the first node that failed did, with its address; empty: no
  // node failed.
  virtual void on_survey_end(const std::string& error) = 0;

 protected:
  ~ClusterSurveyListener() = default;
};

class ClusterSurvey final : InquiryHandler {
 public:
  ClusterSurvey(uv_loop_t* loop, const Clock& clock, ClusterSurveyListener& listener)
      : listener_(listener), inquiry_(loop, clock, *this) {}

  // Precondition: !running(); `nodes` is not empty. `timeout_ms` limits each node.
  void start(const RedisLinkOptions& link, uint64_t timeout_ms, std::vector<RedisEndpoint> nodes);
  void stop();                               // without a call of the listener
  bool running() const { return running_; }  // also inside on_view()

 private:
  enum Command : size_t { kInfo, kNodes, kSlots, kSharded };

  void on_inquiry_reply(size_t command, const redisReply& reply) override;
  void on_inquiry_end(const std::string& error) override;
  void ask();
  Result<ClusterView> view(const std::string& error) const;
  void reject(const std::string& why);

  ClusterSurveyListener& listener_;
  bool running_ = false;
  RedisLinkOptions link_;
  uint64_t timeout_ms_ = 0;
  std::vector<RedisEndpoint> nodes_;
  size_t node_ = 0;        // the one that is being asked
  ClusterAnswer answer_;   // of that node, so far
  std::string rejection_;  // why its replies are not usable
  std::string error_;
  RedisInquiry inquiry_;
};

}  // namespace hermod
