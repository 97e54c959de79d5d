#pragma once
// Which topics yield nothing but records of external event types: a topic under another name than
// its records' type (a mirror's prefix, another environment) would lose every notification in
// silence. A topic is such a one when two records of external types have come at least a minute
// apart and no record for us in between. It ceases to be one with the next record for us, or when
// no external one has come for ten minutes: a slow topic is one too.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

class ExternalTypes {
 public:
  static constexpr int64_t kWindowMs = 60'000;
  static constexpr int64_t kSilenceMs = 600'000;  // ends what two records began

  explicit ExternalTypes(std::vector<std::string> topics);

  // `topic`: an index into the topics. Times are of the steady clock.
  void on_external(uint32_t topic, std::string_view type, int64_t now_ms);
  void on_ours(uint32_t topic) { topics_[topic].first_ms = -1; }

  struct Topic {
    std::string name;
    std::string type;        // the one seen last
    int64_t first_ms = -1;   // since the last record for us; -1: none
    int64_t latest_ms = -1;  // precondition: first_ms is set
  };
  // The topics that yield nothing else.
  std::vector<const Topic*> only_external(int64_t now_ms) const;

 private:
  std::vector<Topic> topics_;
};

}  // namespace hermod
