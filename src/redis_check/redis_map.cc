#include "redis_check/redis_map.h"

#include "base/clock.h"
#include "redis_topology/make_topology.h"
#include "uv/loop.h"
#include "uv/timer.h"

namespace hermod {
namespace {

// Beyond the time-outs of all seeds, which a cluster asks one after the other.
constexpr uint64_t kMarginMs = 4000;

class Search final : TopologyListener {
 public:
  explicit Search(const TopologyOptions& options)
      : limit_ms_(options.question_timeout_ms * options.seeds.size() + kMarginMs),
        topology_(make_topology(loop_.get(), clock_, options)),
        timer_(loop_.get(), [this] { over_ = true; }) {}

  Result<RedisMap> run() {
    topology_->start(*this);
    timer_.start(limit_ms_);
    while (!over_ && !complete()) loop_.run_once();
    RedisMap found{topology_->map(), topology_->facts()};
    topology_->stop();
    timer_.stop();
    topology_.reset();
    loop_.poll();
    if (!found.map.masters().empty()) return found;
    if (!found.facts.trouble.empty()) return failure(found.facts.trouble);
    return failure("the masters of Redis were not found within " + std::to_string(limit_ms_) +
                   " ms");
  }

 private:
  static Error failure(const std::string& text) { return {ErrorCode::kConnection, text}; }

  // A map is published before all sentinels have replied.
  bool complete() const {
    const TopologyFacts facts = topology_->facts();
    if (!facts.trouble.empty()) return true;
    return !topology_->map().masters().empty() &&
           facts.sentinels_reachable + facts.sentinel_faults.size() == facts.sentinels;
  }

  void on_map(const SlotMap&) override {}
  void on_trouble(std::string_view) override {}

  uint64_t limit_ms_;
  bool over_ = false;
  SystemClock clock_;
  uv::OwnLoop loop_;
  std::unique_ptr<RedisTopology> topology_;
  uv::Timer timer_;
};

}  // namespace

Result<RedisMap> find_redis_map(const RedisBusOptions& options) {
  return Search(topology_options(options)).run();
}

}  // namespace hermod
