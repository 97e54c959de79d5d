#include "kafka/kafka_missing.h"

#include <algorithm>
#include <utility>

namespace hermod::kafka {

void MissingTopics::log_changes(std::vector<std::string> missing) {
  for (const std::string& topic : missing) {
    if (std::ranges::find(logged_, topic) != logged_.end()) continue;
    log_.warning("a Kafka topic does not exist, waiting for it", {{"topic", topic}});
  }
  for (const std::string& topic : logged_) {
    if (std::ranges::find(missing, topic) != missing.end()) continue;
    log_.info("a missing Kafka topic now exists", {{"topic", topic}});
  }
  logged_ = std::move(missing);
}

}  // namespace hermod::kafka
