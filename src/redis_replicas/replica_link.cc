#include "redis_replicas/replica_link.h"

#include <cassert>
#include <utility>

namespace hermod {

ReplicaLink::ReplicaLink(uv_loop_t* loop, const Clock& clock, const RedisLinkOptions& link,
                         const ReplicaAckOptions& options, Events events)
    : options_(options),
      events_(std::move(events)),
      commands_(loop, clock, link, "hermod-replicas", *this),
      run_id_(commands_, [this](const std::string& run_id) { on_run_id(run_id); }),
      round_(commands_, [this](const ReplicaRoundResult& result) { on_round(result); }),
      silence_(loop, [this] {
        commands_.fail("no answer within " + std::to_string(options_.socket_timeout_ms) + " ms");
      }) {}

void ReplicaLink::stop() {
  silence_.stop();
  own_id_.reset();
  commands_.stop();
}

void ReplicaLink::set_master(std::optional<std::string> run_id) {
  master_id_ = std::move(run_id);
  check_master();
}

bool ReplicaLink::is_master() const {
  if (!own_id_ || !master_id_) return false;
  return *own_id_ == *master_id_ || own_id_->empty() || master_id_->empty();
}

void ReplicaLink::on_commands_up() {
  silence_.start(options_.socket_timeout_ms);
  run_id_.ask();
}

void ReplicaLink::on_run_id(const std::string& run_id) {
  silence_.stop();
  own_id_ = run_id;
  check_master();
}

void ReplicaLink::check_master() {
  if (!own_id_ || !master_id_) return;
  if (!is_master()) {
    return commands_.fail("the link for replicas leads to another Redis than the command link");
  }
  commands_.settled();
  events_.ready();
}

void ReplicaLink::begin(std::string_view key, uint64_t number) {
  assert(ready());
  silence_.start(ReplicaRound::kWaitMs + options_.socket_timeout_ms);
  round_.begin(key, number, options_.replicas_min);
}

void ReplicaLink::on_round(const ReplicaRoundResult& result) {
  silence_.stop();
  if (!is_master()) return;  // of the former master; set_master() reports the next one
  events_.round(result);
}

void ReplicaLink::on_commands_down(std::string_view reason) {
  silence_.stop();
  own_id_.reset();
  events_.down(reason);
}

}  // namespace hermod
