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

uint64_t sentinels(const std::vector<SentinelVote>& votes) {
  uint64_t count = votes.size();
  for (const SentinelVote& vote : votes) count = std::max(count, vote.other_sentinels + 1);
  return count;
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
  for (const SentinelVote& vote : votes) {
    if (vote.master == chosen->master && vote.epoch == chosen->epoch) continue;
    if (supporters(votes, vote) > sentinels(votes) / 2) return vote;
  }
  return std::nullopt;
}

}  // namespace hermod
