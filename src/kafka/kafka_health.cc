#include "kafka/kafka_health.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace hermod::kafka {
namespace {

constexpr uint32_t kTicksWithoutBrokerMax = 2;  // seconds without any connection
// Seconds without any response to outstanding requests: the broker is frozen, or the network drops
// packets. The client requests metadata at least every three seconds, so a healthy broker responds
// within this time.
constexpr uint32_t kTicksWithoutAnswerMax = 5;
constexpr size_t kErrorBytesMax = 300;
constexpr size_t kReasonBytesMax = 1000;

// The reason if librdkafka reports no error. (If a connection is refused or times out, it does.)
constexpr const char* kClosedAtOnce =
    "all brokers closed the connection without a response; a TLS port does this to a plaintext "
    "client: check security.protocol in KAFKA_CONFIG";

}  // namespace

KafkaHealth::KafkaHealth(std::vector<std::string> topics, std::string group)
    : grouped_(!group.empty()), topics_(std::move(topics)), membership_(std::move(group)) {}

void KafkaHealth::on_answer() {
  reachable_ = true;
  ever_reachable_ = true;
  ticks_without_broker_ = 0;
  ticks_without_answer_ = 0;
  unreachable_.clear();
  evaluate();
}

void KafkaHealth::on_error(std::string_view text) {
  last_error_ = cut_utf8(text, kErrorBytesMax);
  if (!reachable_) unreachable_ = last_error_;
}

void KafkaHealth::on_all_brokers_down() {
  if (!last_error_.empty()) return lose_brokers(last_error_);
  lose_brokers(ever_reachable_ ? "all brokers are down" : kClosedAtOnce);
}

void KafkaHealth::lose_brokers(std::string reason) {
  reachable_ = false;
  unreachable_ = std::move(reason);
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
  if (!ever_reachable_) return on_answer();
  evaluate();
}

void KafkaHealth::on_stats(const Stats& stats) {
  const bool answered = stats.responses != responses_;
  responses_ = stats.responses;
  topics_.on_stats(stats);
  membership_.on_stats(stats.group);
  fetching_.on_stats(stats);
  if (stats.brokers_up == 0) {
    if (++ticks_without_broker_ >= kTicksWithoutBrokerMax) return on_all_brokers_down();
    return evaluate();
  }
  ticks_without_broker_ = 0;
  if (stats.awaiting && !answered) {
    if (++ticks_without_answer_ >= kTicksWithoutAnswerMax)
      lose_brokers("the brokers do not answer");
    return evaluate();
  }
  if (answered || !reachable_) return on_answer();
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
  if (!reachable_) return {unreachable_.empty() ? "all brokers are down" : unreachable_};
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
