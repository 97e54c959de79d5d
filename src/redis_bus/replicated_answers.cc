#include "redis_bus/replicated_answers.h"

#include <utility>

#include "redis/redis_error.h"

namespace hermod {

ReplicatedAnswers::ReplicatedAnswers(const RedisContext& redis, const RedisLinkOptions& link,
                                     const ReplicaAckOptions& options, PublishQueue& queue,
                                     std::function<void()> changed)
    : redis_(redis),
      queue_(queue),
      changed_(std::move(changed)),
      run_id_(redis.commands, [this](const std::string& run_id) { ack_.set_master(run_id); }),
      ack_(redis.loop, redis.clock(), redis.log, link, options, redis.names.replicated(), *this) {
  queue_.answers().hold([this] { return ack_.await(); });
}

void ReplicatedAnswers::on_commands_down() {
  queue_.put_back_held();
  ack_.on_master_lost();
}

void ReplicatedAnswers::on_replica_error(std::string_view error) {
  if (concern_of(error) == Concern::kUser) redis_.redirects.on_redirected(error);
}

}  // namespace hermod
