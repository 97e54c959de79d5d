#pragma once
// One sentinel: a subscription to the events of its masters, and questions on short connections,
// because RESP2 forbids them on a subscribed one. An event is only a hint to ask again. Owned by
// SentinelTopology.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_link.h"
#include "redis_topology/redis_inquiry.h"
#include "redis_topology/sentinel_reply.h"
#include "redis_topology/sentinel_vote.h"

namespace hermod {

class SentinelPeer;

class SentinelPeerListener {
 public:
  // A question has ended: see answer() and error(). Never called inside a call of the owner.
  virtual void on_sentinel_answer(SentinelPeer& peer) = 0;

 protected:
  ~SentinelPeerListener() = default;
};

struct SentinelPeerOptions {
  RedisLinkOptions link;  // to the sentinel
  std::string master_name;
  std::string id;  // of the sentinel; empty: unknown
  enum class Origin { kSeed, kLearned } origin = Origin::kSeed;
  uint64_t timeout_ms = 1000;
};

struct SentinelAnswer {
  SentinelVote vote;
  std::vector<ReplicaNode> replicas;
  std::vector<SentinelPeerName> others;
};

class SentinelPeer final : RedisLinkListener, InquiryHandler {
 public:
  SentinelPeer(uv_loop_t* loop, const Clock& clock, const SentinelPeerOptions& options,
               SentinelPeerListener& listener);

  void start();  // asks, and subscribes
  void stop();
  void ask();  // after the open question, if there is one

  const RedisEndpoint& endpoint() const { return options_.link.endpoint; }
  const std::string& id() const { return options_.id; }
  bool is_seed() const { return options_.origin == SentinelPeerOptions::Origin::kSeed; }
  // Of the last question that has ended; none: it failed, see error(), or none has ended.
  const std::optional<SentinelAnswer>& answer() const { return answer_; }
  const std::string& error() const { return error_; }        // one sentence without a secret
  bool asked() const { return answer_ || !error_.empty(); }  // a question has ended

 private:
  enum Command : size_t { kId, kAddress, kMaster, kReplicas, kOthers, kMasters };

  void on_link_up() override;
  void on_link_reply(const redisReply& reply) override;
  void on_link_down(std::string_view) override {}  // questions find out whether it is reachable
  void on_inquiry_reply(size_t command, const redisReply& reply) override;
  void on_inquiry_end(const std::string& error) override;
  void begin();
  void read_address(const redisReply& reply);
  void reject(const std::string& why);

  SentinelPeerOptions options_;
  SentinelPeerListener& listener_;
  std::optional<SentinelAnswer> answer_;
  std::string error_;
  SentinelAnswer next_;  // the replies so far
  std::string rejection_;
  bool unknown_master_ = false;
  bool names_ = false;  // ask for the names of all masters, too
  bool again_ = false;
  uv::Timer pause_;  // between two questions
  RedisInquiry inquiry_;
  RedisLink events_;
};

}  // namespace hermod
