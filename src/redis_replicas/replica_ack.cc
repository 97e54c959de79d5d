#include "redis_replicas/replica_ack.h"

#include <cassert>
#include <chrono>
#include <limits>
#include <utility>

namespace hermod {
namespace {

constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();

int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

ReplicaAck::ReplicaAck(uv_loop_t* loop, const Clock& clock, Log& log, const RedisLinkOptions& link,
                       const ReplicaAckOptions& options, std::string key,
                       ReplicaAckListener& listener)
    : log_(log),
      key_(std::move(key)),
      listener_(listener),
      wait_(clock, options),
      link_(loop, clock, link, options,
            {[this] { on_ready(); }, [this](std::string_view reason) { on_down(reason); },
             [this](const ReplicaRoundResult& result) { on_round(result); }}),
      pace_(loop, clock, options.round_gap_ms, [this] { begin(); }),
      limit_(loop, [this] { on_limit(); }) {
  assert(options.replicas_min > 0);
}

void ReplicaAck::stop() {
  pace_.stop();
  limit_.stop();
  link_.stop();
}

uint64_t ReplicaAck::await() {
  const uint64_t round = wait_.await();
  if (round == 0) return 0;
  if (!limit_.active()) limit_.start(static_cast<uint64_t>(wait_.ms_left()));
  schedule();
  return round;
}

void ReplicaAck::set_key(std::string key) {
  key_ = std::move(key);
  pace_.forgive();
  schedule();
}

void ReplicaAck::on_master_lost() {
  wait_.forget();
  link_.set_master(std::nullopt);
}

void ReplicaAck::set_replicas(size_t known) {
  wait_.set_replicas(known);
  report();
}

void ReplicaAck::schedule() {
  if (link_.ready() && wait_.wants_round()) pace_.ask();
}

void ReplicaAck::begin() {
  if (!link_.ready() || !wait_.wants_round()) return;
  pace_.began();
  began_us_ = now_us();
  link_.begin(key_, wait_.begin_round());
}

void ReplicaAck::on_ready() {
  wait_.try_again();
  pace_.forgive();
  schedule();
}

void ReplicaAck::on_down(std::string_view reason) {
  wait_.link_down(reason);
}

void ReplicaAck::on_round(const ReplicaRoundResult& result) {
  using Outcome = ReplicaRoundResult::Outcome;
  if (result.outcome == Outcome::kConfirmed) {
    round_us_ = now_us() - began_us_;
    wait_.confirm();
    listener_.on_replicated(wait_.rounds());
  } else {
    pace_.failed();
    if (result.outcome == Outcome::kRefused)
      wait_.refuse(result.error);
    else if (!result.error.empty())
      wait_.fail(result.error);
    else
      wait_.fail(std::to_string(result.replicas) + " replicas confirmed");
    if (result.outcome == Outcome::kFailed) listener_.on_replica_error(result.error);
  }
  report();
  schedule();
}

// An answer that arrived after the last success can have waited for less than the limit.
void ReplicaAck::on_limit() {
  wait_.expire();
  if (wait_.waits()) limit_.start(static_cast<uint64_t>(wait_.ms_left()));
  report();
  schedule();
}

// After each change of the state. Answers that no longer wait are given.
void ReplicaAck::report() {
  const ReplicaWait::State state = wait_.state();
  if (state == reported_) return;
  const bool waited = reported_ == ReplicaWait::State::kWaiting;
  reported_ = state;
  if (state == ReplicaWait::State::kWaiting) {
    log_.info("answers wait for replicas again", {{"address", link_.address()}});
  } else {
    log_.warning("answers do not wait for replicas",
                 {{"address", link_.address()}, {"reason", wait_.reason()}});
    if (waited) wait_.count_unreplicated(listener_.on_replicated(kAll));
  }
  listener_.on_replica_state();
}

ReplicaAckStatus ReplicaAck::status() const {
  return {wait_.reason(), wait_.unreplicated(), wait_.rounds(), round_us_};
}

}  // namespace hermod
