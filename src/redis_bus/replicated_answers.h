#pragma once
// Makes the answers of a shard's publications wait until its replicas have the messages
// (REDIS_REPLICAS_MIN). Connects ReplicaAck with the publisher and the command link. RedisShard
// owns it, unless REDIS_REPLICAS_MIN is 0.

#include <cstddef>
#include <string>
#include <string_view>

#include "redis/redis_run_id.h"
#include "redis_publish/publish_queue.h"
#include "redis_replicas/replica_ack.h"
#include "redis_schema/redis_context.h"

namespace hermod {

class ReplicatedAnswers final : ReplicaAckListener {
 public:
  // `changed` is called when status().reason became empty or no longer is.
  ReplicatedAnswers(const RedisContext& redis, const RedisLinkOptions& link,
                    const ReplicaAckOptions& options, PublishQueue& queue,
                    std::function<void()> changed);

  void connect() { ack_.start(); }
  void move_to(const RedisEndpoint& endpoint, std::string_view reason) {
    ack_.move_to(endpoint, reason);
  }
  void stop() { ack_.stop(); }  // immediately: no answer is given any more
  void renew_names() { ack_.set_key(redis_.names.replicated()); }
  void set_replicas(size_t known) { ack_.set_replicas(known); }

  void on_commands_connected() { run_id_.ask(); }
  // The next connection may lead to another master: the publications of the held answers wait
  // again. Precondition: no call is open.
  void on_commands_down();

  ReplicaAckStatus status() const { return ack_.status(); }

 private:
  size_t on_replicated(uint64_t number) override { return queue_.answers().give_held(number); }
  void on_replica_error(std::string_view error) override;
  void on_replica_state() override { changed_(); }

  RedisContext redis_;
  PublishQueue& queue_;
  std::function<void()> changed_;
  RedisRunId run_id_;
  ReplicaAck ack_;
};

}  // namespace hermod
