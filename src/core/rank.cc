#include "core/rank.h"

#include <simdjson.h>

namespace hermod {

int rank_of_priority(std::string_view priority) {
  if (priority == "critical") return 4;
  if (priority == "immediate") return 3;
  if (priority == "high") return 2;
  if (priority == "low") return 0;
  return kRankUnknown;
}

int rank_of_text(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS)
    return kRankUnknown;
  std::string_view priority;
  if (document["priority"].get(priority) == simdjson::SUCCESS ||
      document["data"]["priority"].get(priority) == simdjson::SUCCESS) {
    return rank_of_priority(priority);
  }
  return kRankUnknown;
}

}  // namespace hermod
