#pragma once
// Logs which subscribed topics are missing, once each, and when they exist.

#include <string>
#include <vector>

#include "hermod/log.h"

namespace hermod::kafka {

class MissingTopics {
 public:
  explicit MissingTopics(Log& log) : log_(log) {}

  void log_changes(std::vector<std::string> missing);

 private:
  Log& log_;
  std::vector<std::string> logged_;
};

}  // namespace hermod::kafka
