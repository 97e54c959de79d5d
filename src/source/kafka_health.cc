#include "source/kafka_health.h"

#include "base/text.h"

namespace hermod::kafka {
namespace {

constexpr uint32_t kTicksWithoutBrokerMax = 2;  // seconds without any connection
// Seconds in which brokers owe answers and give none: stopped, or cut off without a word. The
// client asks for metadata at least every three seconds, so that a broker in good health has
// answered within these.
constexpr uint32_t kTicksWithoutAnswerMax = 5;
constexpr size_t kReasonBytesMax = 300;

}  // namespace

void Health::on_answer() {
  up_ = true;
  ever_up_ = true;
  ticks_without_broker_ = 0;
  ticks_without_answer_ = 0;
  reason_.clear();
}

void Health::on_error(std::string_view text) {
  last_error_ = cut_utf8(text, kReasonBytesMax);
  if (!up_) reason_ = last_error_;
}

void Health::on_all_brokers_down() {
  go_down(last_error_.empty() ? "all brokers are down" : last_error_);
}

void Health::on_stats(const Stats& stats) {
  const bool answered = stats.responses != responses_;
  responses_ = stats.responses;
  if (stats.brokers_up == 0) {
    if (++ticks_without_broker_ >= kTicksWithoutBrokerMax) on_all_brokers_down();
    return;
  }
  ticks_without_broker_ = 0;
  if (stats.awaiting && !answered) {
    if (++ticks_without_answer_ >= kTicksWithoutAnswerMax) go_down("the brokers do not answer");
    return;
  }
  if (answered || !up_) on_answer();

  missing_.clear();
  for (const std::string& topic : topics_) {
    const auto found = stats.topic_exists.find(topic);
    if (found != stats.topic_exists.end() && !found->second) missing_.push_back(topic);
  }
}

void Health::go_down(std::string reason) {
  up_ = false;
  reason_ = std::move(reason);
}

}  // namespace hermod::kafka
