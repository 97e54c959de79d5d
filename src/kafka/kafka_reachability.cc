#include "kafka/kafka_reachability.h"

#include <utility>

namespace hermod::kafka {
namespace {

constexpr uint32_t kTicksWithoutBrokerMax = 2;  // seconds without any connection
// Seconds without any response to outstanding requests: the broker is frozen, or the network drops
// packets. The client requests metadata at least every three seconds, so a healthy broker responds
// within this time.
constexpr uint32_t kTicksWithoutAnswerMax = 5;

// The reason if librdkafka reports no error. (If a connection is refused or times out, it does.)
constexpr const char* kClosedAtOnce =
    "all brokers closed the connection without a response; a TLS port does this to a plaintext "
    "client: check security.protocol in KAFKA_CONFIG";

}  // namespace

void Reachability::on_answer() {
  reachable_ = true;
  ever_reachable_ = true;
  ticks_without_broker_ = 0;
  ticks_without_answer_ = 0;
  reason_.clear();
}

void Reachability::on_error(std::string_view text) {
  last_error_ = text;
  if (!reachable_) reason_ = last_error_;
}

void Reachability::on_all_brokers_down() {
  if (!last_error_.empty()) return lose(last_error_);
  lose(ever_reachable_ ? "all brokers are down" : kClosedAtOnce);
}

void Reachability::lose(std::string reason) {
  reachable_ = false;
  reason_ = std::move(reason);
}

void Reachability::on_stats(const Stats& stats) {
  const bool answered = stats.responses != responses_;
  responses_ = stats.responses;
  if (stats.brokers_up == 0) {
    if (++ticks_without_broker_ >= kTicksWithoutBrokerMax) on_all_brokers_down();
    return;
  }
  ticks_without_broker_ = 0;
  if (stats.awaiting && !answered) {
    if (++ticks_without_answer_ >= kTicksWithoutAnswerMax) lose("the brokers do not answer");
    return;
  }
  if (answered || !reachable_) on_answer();
}

std::string Reachability::reason() const {
  if (reachable_) return {};
  return reason_.empty() ? "all brokers are down" : reason_;
}

}  // namespace hermod::kafka
