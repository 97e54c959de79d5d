#include "kafka/kafka_health.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace hermod::kafka {
namespace {

constexpr size_t kErrorBytesMax = 300;
constexpr size_t kReasonBytesMax = 1000;

}  // namespace

KafkaHealth::KafkaHealth(std::vector<std::string> topics, std::string group)
    : grouped_(!group.empty()), topics_(std::move(topics)), membership_(std::move(group)) {}

void KafkaHealth::on_answer() {
  brokers_.on_answer();
  evaluate();
}

void KafkaHealth::on_error(std::string_view text) {
  brokers_.on_error(cut_utf8(text, kErrorBytesMax));
}

void KafkaHealth::on_all_brokers_down() {
  brokers_.on_all_brokers_down();
  evaluate();
}

void KafkaHealth::on_refusal(const Refusal& refusal) {
  const std::string_view text = cut_utf8(refusal.text, kErrorBytesMax);
  switch (refusal.of) {
    case Refusal::Of::kGroup:
      membership_.on_error(refusal.unauthorised, text);
      break;
    case Refusal::Of::kTopic:
      if (refusal.unauthorised) topics_.on_unauthorised(refusal.topic);
      break;
    case Refusal::Of::kPartition:
      fetching_.on_error(refusal.topic, refusal.partition, refusal.unauthorised, text);
      break;
  }
  evaluate();
}

void KafkaHealth::on_record(std::string_view topic, int32_t partition) {
  fetching_.on_record(topic, partition);
  membership_.on_first_record();
  // Later records prove nothing about the brokers: they may have been fetched before the brokers
  // were lost.
  if (!brokers_.ever_reachable()) brokers_.on_answer();
  evaluate();
}

void KafkaHealth::on_stats(const Stats& stats) {
  topics_.on_stats(stats);
  membership_.on_stats(stats.group);
  fetching_.on_stats(stats);
  brokers_.on_stats(stats);
  evaluate();
}

void KafkaHealth::on_fatal(std::string_view text) {
  fatal_ = cut_utf8(text, kErrorBytesMax);
  membership_.begin_again();
  up_ = false;
}

void KafkaHealth::begin_again() {
  membership_.begin_again();
  fetching_.begin_again();
  up_ = false;
}

void KafkaHealth::evaluate() {
  if (membership_.joined_for_ms() >= 0) fatal_.clear();
  up_ = reasons().empty();
}

std::vector<std::string> KafkaHealth::reasons() const {
  if (!fatal_.empty()) return {fatal_};
  if (!brokers_.reachable()) return {brokers_.reason()};
  if (!grouped_) return {};
  std::vector<std::string> reasons = topics_.reasons();
  std::vector<std::string> partitions = fetching_.reasons(up_);
  std::ranges::move(partitions, std::back_inserter(reasons));
  // Without a readable topic, no group can be joined.
  const std::string apart = membership_.reason(up_);
  if (!apart.empty() && (reasons.empty() || !membership_.coordinated())) reasons.push_back(apart);
  return reasons;
}

std::string KafkaHealth::reason() const {
  if (up_) return {};
  std::string all;
  for (const std::string& reason : reasons()) all += (all.empty() ? "" : "; ") + reason;
  return std::string(cut_utf8(all, kReasonBytesMax));
}

}  // namespace hermod::kafka
