#pragma once
// Finds topics that deliver only records of external event types. If the event types do not match
// the topic (a mirror's prefix, another environment), every notification would be skipped without
// an error. A topic is reported when it has delivered two records of external types at least a
// minute apart and no record of KAFKA_EVENT_TYPES between them. The report ends with the next
// record of KAFKA_EVENT_TYPES, or after ten minutes without an external one. These times are long
// enough for slow topics. Owned by Ingest, which reports each record.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hermod {

class ExternalTypes {
 public:
  static constexpr int64_t kWindowMs = 60'000;
  static constexpr int64_t kSilenceMs = 600'000;  // without external records: the report ends

  explicit ExternalTypes(std::vector<std::string> topics);

  // `topic` is an index into the topics; times are of the steady clock.
  void on_external(uint32_t topic, std::string_view type, int64_t now_ms);
  void on_routable(uint32_t topic) { topics_[topic].first_ms = -1; }

  struct Topic {
    std::string name;
    std::string type;        // the last external type
    int64_t first_ms = -1;   // the first external record after the last routable one; -1: none
    int64_t latest_ms = -1;  // the last external record; valid if first_ms is set
  };
  // The topics that deliver only external types.
  std::vector<const Topic*> only_external(int64_t now_ms) const;

 private:
  std::vector<Topic> topics_;
};

}  // namespace hermod
