#include "kafka/kafka_topics.h"

namespace hermod::kafka {

void Topics::on_stats(const Stats& stats) {
  for (const std::string& name : names_) {
    const auto found = stats.topic_exists.find(name);
    if (found == stats.topic_exists.end()) continue;  // no new information
    if (found->second) {
      absent_.erase(name);
      unauthorised_.erase(name);
    } else {
      absent_.insert(name);
    }
  }
}

std::vector<std::string> Topics::missing() const {
  std::vector<std::string> missing;
  for (const std::string& name : names_) {
    if (absent_.contains(name) && !unauthorised_.contains(name)) missing.push_back(name);
  }
  return missing;
}

std::vector<std::string> Topics::reasons() const {
  std::vector<std::string> reasons;
  for (const std::string& name : unauthorised_) {
    reasons.push_back("not authorised to describe the topic " + name + ": grant READ on the topic");
  }
  const std::vector<std::string> missing = this->missing();
  if (missing.empty() || missing.size() < names_.size()) return reasons;
  std::string all;
  for (const std::string& name : missing) all += (all.empty() ? "" : ", ") + name;
  reasons.push_back((missing.size() == 1 ? "the topic does not exist: " : "no topic exists: ") +
                    all);
  return reasons;
}

}  // namespace hermod::kafka
