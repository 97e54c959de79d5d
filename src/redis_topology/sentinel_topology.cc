// - At the start, all sentinels are asked. Once a majority has answered, or every one has answered
//   or failed, the winning vote decides (sentinel_vote.h).
// - The winner's ROLE is asked. If it is a master, it becomes the map.
// - From then on, each answer may change the vote: after an event, after a suspicion (all sentinels
//   are asked), and every few seconds (one sentinel in turn).
// - Sentinels that others name are asked, too. One that fails and that an answer does not name any
//   more is removed.
#include "redis_topology/sentinel_topology.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>

#include "redis/reply.h"

namespace hermod {
namespace {

constexpr size_t kPeersMax = 16;  // no more are learned
constexpr size_t kReasonsMax = 3;
constexpr uint64_t kBackoffMaxMs = 2000;  // of a subscription; questions do not depend on it
constexpr uint64_t kTroubleFactor = 4;    // trouble that no link confirms may last long

RedisLinkOptions link_to_sentinel(const TopologyOptions& options, const RedisEndpoint& endpoint) {
  RedisLinkOptions link = options.link;
  link.endpoint = endpoint;
  link.credentials = options.sentinel_credentials;
  link.credentials.setting = "REDIS_SENTINEL_PASSWORD";
  link.database = 0;  // sentinels refuse SELECT
  link.backoff_max_ms = kBackoffMaxMs;
  return link;
}

// Whether `peer` is the same sentinel as `by`, whose id has just become known, or fails and is not
// named by `by` any more. Seeds stay.
bool is_superseded(const SentinelPeer& peer, const SentinelPeer& by) {
  if (peer.is_seed()) return false;
  if (!peer.id().empty() && peer.id() == by.id()) return true;
  const auto& named = by.answer()->others;
  return !peer.error().empty() &&
         std::none_of(named.begin(), named.end(), [&peer](const SentinelPeerName& name) {
           return name.endpoint == peer.endpoint();
         });
}

}  // namespace

SentinelTopology::SentinelTopology(uv_loop_t* loop, const Clock& clock,
                                   const TopologyOptions& options)
    : loop_(loop),
      clock_(clock),
      options_(options),
      timer_(loop, [this] { on_timer(); }),
      role_inquiry_(loop, clock, *this) {
  assert(!options.seeds.empty());
  assert(!options.master_name.empty());
}

void SentinelTopology::start(TopologyListener& listener) {
  listener_ = &listener;
  peers_.clear();
  for (const RedisEndpoint& seed : options_.seeds) {
    add_peer(seed, {}, SentinelPeerOptions::Origin::kSeed);
  }
  schedule();
}

void SentinelTopology::stop() {
  timer_.stop();
  role_inquiry_.stop();
  for (const auto& peer : peers_) peer->stop();
  candidate_.reset();
}

void SentinelTopology::add_peer(const RedisEndpoint& endpoint, const std::string& id,
                                SentinelPeerOptions::Origin origin) {
  const SentinelPeerOptions options{link_to_sentinel(options_, endpoint), options_.master_name, id,
                                    origin, options_.question_timeout_ms};
  SentinelPeerListener& listener = *this;
  peers_.push_back(std::make_unique<SentinelPeer>(loop_, clock_, options, listener));
  peers_.back()->start();
}

void SentinelTopology::on_sentinel_answer(SentinelPeer& peer) {
  if (peer.answer()) learn(peer);
  judge();
}

void SentinelTopology::learn(const SentinelPeer& from) {
  std::erase_if(peers_, [&from](const std::unique_ptr<SentinelPeer>& peer) {
    return peer.get() != &from && is_superseded(*peer, from);
  });
  for (const SentinelPeerName& name : from.answer()->others) {
    const bool known = std::any_of(
        peers_.begin(), peers_.end(), [&name](const std::unique_ptr<SentinelPeer>& peer) {
          return peer->endpoint() == name.endpoint || (!name.id.empty() && peer->id() == name.id);
        });
    if (!known && peers_.size() < kPeersMax) {
      add_peer(name.endpoint, name.id, SentinelPeerOptions::Origin::kLearned);
    }
  }
}

void SentinelTopology::judge() {
  std::vector<SentinelVote> votes;
  std::set<std::string> voters;  // two seeds may lead to one sentinel
  bool all_asked = true;
  for (const auto& peer : peers_) {
    all_asked = all_asked && peer->asked();
    if (!peer->answer()) continue;
    const bool counted = !peer->id().empty() && !voters.insert(peer->id()).second;
    if (!counted) votes.push_back(peer->answer()->vote);
  }
  if (!chosen_ && !all_asked && votes.size() <= peers_.size() / 2) return;
  const auto winner = winning_vote(votes, chosen_);
  if (winner && (!chosen_ || winner->master != chosen_->master)) {
    check_role(*winner);
  } else {
    if (winner) chosen_ = winner;
    if (chosen_) publish();
    if (!votes.empty() && !candidate_) report({});
  }
  if (!votes.empty() || !all_asked) return;
  std::string reasons = "no sentinel can be used: ";
  for (size_t i = 0; i < std::min(peers_.size(), kReasonsMax); ++i) {
    reasons += (i == 0 ? "" : "; ") + peers_[i]->endpoint().address() + ": " + peers_[i]->error();
  }
  report(reasons);
}

void SentinelTopology::check_role(const SentinelVote& vote) {
  if (role_inquiry_.running()) {
    if (candidate_ == vote) return;
    role_inquiry_.stop();
  }
  candidate_ = vote;
  role_.clear();
  RedisLinkOptions link = options_.link;
  link.endpoint = vote.master;
  role_inquiry_.start(link, options_.question_timeout_ms, {{"ROLE"}});
}

void SentinelTopology::on_inquiry_reply(size_t, const redisReply& reply) {
  role_ = reply_is_error(reply) ? reply_error(reply) : std::string(read_role(reply));
}

void SentinelTopology::on_inquiry_end(const std::string& error) {
  assert(candidate_.has_value());
  const std::string address = candidate_->master.address();
  if (error.empty() && role_ == "master") {
    chosen_ = *candidate_;
    candidate_.reset();
    publish();
    return report({});
  }
  candidate_.reset();
  const std::string shown = "the sentinels name " + address + " as the master, but ";
  if (!error.empty()) return report(shown + "it cannot be used: " + error);
  report(shown + "its ROLE is: " + error_words(role_));
}

// A replica has failed only if more than half of the sentinels say so: each of them reports what it
// sees itself, and one that was cut off or restarted sees no replica. Returns false if no sentinel
// lists the replicas of the master.
bool SentinelTopology::list_replicas(MasterNode& master) const {
  std::map<std::string, size_t> failures;  // by address
  bool listed = false;
  for (const auto& peer : peers_) {
    if (!peer->answer() || peer->answer()->vote.master != master.endpoint) continue;
    for (const ReplicaNode& replica : peer->answer()->replicas) {
      if (replica.state == ReplicaNode::State::kFailed) ++failures[replica.endpoint.address()];
    }
    if (!std::exchange(listed, true)) master.replicas = peer->answer()->replicas;
  }
  for (ReplicaNode& replica : master.replicas) {
    const bool failed = 2 * failures[replica.endpoint.address()] > peers_.size();
    if (failed)
      replica.state = ReplicaNode::State::kFailed;
    else if (replica.state == ReplicaNode::State::kFailed)
      replica.state = ReplicaNode::State::kSyncing;
  }
  return listed;
}

void SentinelTopology::publish() {
  MasterNode master{chosen_->master, {}, chosen_->epoch};
  const bool listed = list_replicas(master);
  if (!listed && !map_.masters().empty() && map_.masters()[0].endpoint == master.endpoint) {
    master.replicas = map_.masters()[0].replicas;
  }
  SlotMap map = SlotMap::of_one(std::move(master));
  if (map == map_) return;
  map_ = std::move(map);
  listener_->on_map(map_);
}

void SentinelTopology::report(const std::string& trouble) {
  if (trouble == trouble_) return;
  trouble_ = trouble;
  schedule();
  listener_->on_trouble(trouble_);
}

void SentinelTopology::suspect(const RedisEndpoint&, Suspicion) {
  const int64_t now_ms = clock_.steady_ms();
  const bool quiet = now_ms >= alert_until_ms_;
  alert_until_ms_ = now_ms + static_cast<int64_t>(options_.alert_period_ms);
  if (quiet) timer_.start(0);
}

void SentinelTopology::on_timer() {
  if (!trouble_.empty() || clock_.steady_ms() < alert_until_ms_) {
    for (const auto& peer : peers_) peer->ask();
  } else if (!peers_.empty()) {
    peers_[next_peer_++ % peers_.size()]->ask();
  }
  schedule();
}

void SentinelTopology::schedule() {
  const bool alert = clock_.steady_ms() < alert_until_ms_;
  const uint64_t calm_ms =
      trouble_.empty() ? options_.sentinel_ms : kTroubleFactor * options_.alert_ms;
  timer_.start(alert ? options_.alert_ms : calm_ms);
}

TopologyFacts SentinelTopology::facts() const {
  TopologyFacts facts;
  facts.trouble = trouble_;
  facts.sentinels = peers_.size();
  facts.sentinels_reachable = static_cast<size_t>(
      std::count_if(peers_.begin(), peers_.end(),
                    [](const std::unique_ptr<SentinelPeer>& peer) { return !!peer->answer(); }));
  for (const auto& peer : peers_) {
    if (peer->error().empty()) continue;
    facts.sentinel_faults.push_back(peer->endpoint().address() + ": " + peer->error());
  }
  return facts;
}

}  // namespace hermod
