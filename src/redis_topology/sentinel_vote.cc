#include "redis_topology/sentinel_vote.h"

#include <algorithm>

namespace hermod {
namespace {

size_t supporters(const std::vector<SentinelVote>& votes, const SentinelVote& of) {
  return static_cast<size_t>(
      std::count_if(votes.begin(), votes.end(), [&of](const SentinelVote& vote) {
        return vote.master == of.master && vote.epoch == of.epoch;
      }));
}

// Whether every sentinel that a voter knows has voted for the same.
bool is_unanimous(const std::vector<SentinelVote>& votes) {
  return std::all_of(votes.begin(), votes.end(), [&votes](const SentinelVote& vote) {
    return supporters(votes, vote) == votes.size() && vote.other_sentinels < votes.size();
  });
}

}  // namespace

std::optional<SentinelVote> winning_vote(const std::vector<SentinelVote>& votes,
                                         const std::optional<SentinelVote>& chosen) {
  const auto less = [&votes](const SentinelVote& a, const SentinelVote& b) {
    if (a.epoch != b.epoch) return a.epoch < b.epoch;
    return supporters(votes, a) < supporters(votes, b);
  };
  const auto newest = std::max_element(votes.begin(), votes.end(), less);
  if (newest == votes.end()) return std::nullopt;
  if (!chosen || newest->epoch > chosen->epoch) return *newest;
  if (newest->master == chosen->master && newest->epoch == chosen->epoch) return std::nullopt;
  if (is_unanimous(votes)) return *newest;
  return std::nullopt;
}

}  // namespace hermod
