#include "kafka/kafka_fetching.h"

#include <set>
#include <utility>

#include "kafka/kafka_words.h"

namespace hermod::kafka {
namespace {

// The first statistics after an error may have been collected before it; the second ones are newer.
constexpr uint32_t kTicksCleanMin = 2;
constexpr size_t kReasonsMax = 3;

std::string name_of(const TopicPartition& id) {
  return "partition " + std::to_string(id.second) + " of the topic " + id.first;
}

// Returns why the partition is not fetched; empty if it is. While fetched records wait, librdkafka
// does not fetch more, so only a refused fetch is a problem then.
std::string state_of(const TopicPartition& id, const PartitionStats& partition,
                     const Stats& stats) {
  using Fetch = PartitionStats::Fetch;
  if (partition.fetch == Fetch::kRefused) return name_of(id) + " cannot be fetched";
  if (partition.waiting > 0) return {};
  if (partition.broker < 0) return name_of(id) + " has no leader";
  const auto broker = stats.brokers.find(partition.broker);
  if (broker == stats.brokers.end() || !broker->second.up) {
    const std::string address = broker == stats.brokers.end() ? "" : ' ' + broker->second.address;
    return "the broker" + address + " with " + name_of(id) + " cannot be reached" +
           std::string(kAdvertisedHint);
  }
  return partition.fetch == Fetch::kNone ? name_of(id) + " has not been fetched yet" : "";
}

}  // namespace

void Fetching::evaluate(const TopicPartition& id, const PartitionStats& partition,
                        const Stats& stats) {
  const std::string state = state_of(id, partition, stats);
  const auto found = troubles_.find(id);
  if (found == troubles_.end()) {
    if (!state.empty()) troubles_[id].state = state;
    return;
  }
  Trouble& trouble = found->second;
  const bool clean = state.empty() && !std::exchange(trouble.repeated, false);
  trouble.ticks_clean = clean ? trouble.ticks_clean + 1 : 0;
  if (clean && (trouble.text.empty() || trouble.ticks_clean >= kTicksCleanMin)) {
    troubles_.erase(found);
    return;
  }
  trouble.state = state;
  ++trouble.ticks;
}

void Fetching::on_stats(const Stats& stats) {
  std::erase_if(troubles_, [&stats](const auto& one) {
    const auto found = stats.partitions.find(one.first);
    return found == stats.partitions.end() || !found->second.wanted;
  });
  for (const auto& [id, partition] : stats.partitions) {
    if (partition.wanted) evaluate(id, partition, stats);
  }
}

void Fetching::on_record(std::string_view topic, int32_t partition) {
  if (!troubles_.empty()) troubles_.erase({std::string(topic), partition});
}

void Fetching::on_error(std::string_view topic, int32_t partition, bool unauthorised,
                        std::string_view text) {
  Trouble& trouble = troubles_[{std::string(topic), partition}];
  trouble.unauthorised = unauthorised;
  trouble.repeated = true;
  trouble.ticks_clean = 0;
  trouble.text = text;
}

std::vector<std::string> Fetching::reasons(bool patient) const {
  std::vector<std::string> reasons;
  std::set<std::string> unauthorised;
  size_t more = 0;
  for (const auto& [id, trouble] : troubles_) {
    if (trouble.unauthorised) {
      if (!unauthorised.insert(id.first).second) continue;
      reasons.push_back("not authorised to read the topic " + id.first +
                        ": grant READ on the topic");
    } else if (!patient || trouble.ticks >= kPatienceTicks) {
      if (reasons.size() >= kReasonsMax) {
        ++more;
        continue;
      }
      const std::string state =
          trouble.state.empty() ? name_of(id) + " cannot be fetched" : trouble.state;
      reasons.push_back(trouble.text.empty() ? state : state + ": " + trouble.text);
    }
  }
  if (more > 0) reasons.push_back("and " + std::to_string(more) + " more partitions");
  return reasons;
}

}  // namespace hermod::kafka
