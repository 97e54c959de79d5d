// - A survey asks nodes until one gives a view that is not older than the map, in a cluster that
//   serves. What the views say is merged into the map (cluster_view.h), which is published if it
//   changed.
// - After a suspicion, surveys follow at alert_ms, beginning with the node that answered last.
//   Otherwise each master is asked once in cluster_round_ms.
// - MOVED changes its slot at once if it names a known master, and causes a survey of that node.
#include "redis_topology/cluster_topology.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hermod {

ClusterTopology::ClusterTopology(uv_loop_t* loop, const Clock& clock,
                                 const TopologyOptions& options)
    : clock_(clock),
      options_(options),
      timer_(loop, [this] { survey(); }),
      publish_(loop, [this] { listener_->on_map(map_); }),
      survey_(loop, clock, *this) {
  assert(!options.seeds.empty());
}

void ClusterTopology::start(TopologyListener& listener) {
  listener_ = &listener;
  timer_.start(0);
}

void ClusterTopology::stop() {
  timer_.stop();
  publish_.cancel();
  survey_.stop();
}

void ClusterTopology::survey() {
  assert(!survey_.running());
  drop_old_suspects();
  surveyed_ms_ = clock_.steady_ms();
  answered_ = false;
  wanted_ = false;
  SurveyOrder order;
  order.first = std::exchange(redirected_to_, std::nullopt);
  order.second = suspects_.empty() ? master_in_turn() : answered_last_;
  for (const auto& [address, until_ms] : suspects_) order.suspects.insert(address);
  survey_.start(options_.link, options_.question_timeout_ms, order.nodes(map_, options_.seeds));
}

// With an empty host: there is no master yet.
RedisEndpoint ClusterTopology::master_in_turn() {
  const auto& masters = map_.masters();
  for (size_t i = 0; i < masters.size(); ++i) {
    const MasterNode& master = masters[turn_++ % masters.size()];
    if (master.in_use()) return master.endpoint;
  }
  return {};
}

ClusterTopology::Next ClusterTopology::on_view(const RedisEndpoint& node, const ClusterView& view) {
  const auto& seeds = options_.seeds;
  const bool is_seed = std::find(seeds.begin(), seeds.end(), node) != seeds.end();
  if (!map_.masters().empty() && !is_related(view, map_) && !is_seed) return Next::kAskAnother;
  MergedMap merged = merge(map_, view);
  state_ = view.state;
  knows_sharded_ = view.knows_sharded;
  answered_ = true;
  answered_last_ = node;
  if (merged.map != map_) {
    map_ = std::move(merged.map);
    publish_.cancel();
    listener_->on_map(map_);
  }
  open_slots_[view.asked_id] = view.open_slots;
  std::erase_if(open_slots_, [this](const auto& of) { return !map_.master_with(of.first); });
  return merged.slots_ignored == 0 && view.state == "ok" ? Next::kEnough : Next::kAskAnother;
}

void ClusterTopology::on_survey_end(const std::string& error) {
  report(answered_ ? "" : "no node of the cluster can be used: " + error);
  timer_.start(pause_ms());
  if (wanted_) survey_soon();
}

uint64_t ClusterTopology::pause_ms() const {
  if (!suspects_.empty()) return options_.alert_ms;
  // Then each survey asks every node.
  if (!trouble_.empty() || state_ != "ok") return 4 * options_.alert_ms;
  const uint64_t masters = std::max<size_t>(1, map_.masters().size());
  return std::max(options_.alert_ms, options_.cluster_round_ms / masters);
}

// At once, or when alert_ms have passed since the last survey began.
void ClusterTopology::survey_soon() {
  wanted_ = true;
  if (survey_.running()) return;
  const int64_t due_ms = surveyed_ms_ + static_cast<int64_t>(options_.alert_ms);
  timer_.start(static_cast<uint64_t>(std::max<int64_t>(0, due_ms - clock_.steady_ms())));
}

void ClusterTopology::suspect(const RedisEndpoint& endpoint, Suspicion) {
  const bool is_new = !suspects_.contains(endpoint.address());
  suspects_[endpoint.address()] =
      clock_.steady_ms() + static_cast<int64_t>(options_.alert_period_ms);
  if (is_new) survey_soon();
}

void ClusterTopology::drop_old_suspects() {
  const int64_t now_ms = clock_.steady_ms();
  std::erase_if(suspects_, [now_ms](const auto& suspect) { return suspect.second < now_ms; });
}

void ClusterTopology::redirected(uint16_t slot, const RedisEndpoint& endpoint) {
  assert(slot < kSlotCount);
  const auto master = endpoint.host.empty() ? std::nullopt : map_.master_at(endpoint);
  if (master && *master == map_.owner_of(slot)) return;  // known already
  if (!endpoint.host.empty()) redirected_to_ = endpoint;
  if (master) {
    map_.assign(slot, *master);
    publish_.ask();
  }
  survey_soon();
}

void ClusterTopology::report(const std::string& trouble) {
  if (trouble == trouble_) return;
  trouble_ = trouble;
  listener_->on_trouble(trouble_);
}

TopologyFacts ClusterTopology::facts() const {
  TopologyFacts facts;
  facts.trouble = trouble_;
  facts.cluster_state = state_;
  facts.sharded_channels = knows_sharded_;
  facts.slots_unserved = map_.masters().empty() ? 0 : map_.slots_of(SlotMap::kNone);
  for (const auto& [id, slots] : open_slots_) {
    const auto master = map_.master_with(id);
    if (!master) continue;
    for (const OpenSlot& open : slots) {
      facts.open_slots.push_back({map_.masters()[*master].endpoint, open});
    }
  }
  return facts;
}

}  // namespace hermod
