#include "node_log.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace hermod::node {
namespace {

constexpr const char* kLevels[] = {"debug", "info", "warning", "error", "critical"};

}  // namespace

std::vector<std::string> NodeLog::take() {
  return std::exchange(lines_, {});
}

void NodeLog::write(LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields) {
  if (level < level_ || lines_.size() >= kLinesMax) return;
  nlohmann::json line{{"level", kLevels[static_cast<int>(level)]}, {"message", message}};
  for (const LogField& field : fields) line[std::string(field.name)] = field.value;
  lines_.push_back(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (lines_.size() == 1) on_line_();
}

void NodeLog::write_limited(std::string_view key, LogLevel level, std::string_view message,
                            std::initializer_list<LogField> fields) {
  const auto now = std::chrono::steady_clock::now();
  const auto said = said_.find(key);
  if (said == said_.end()) {
    said_.emplace(key, now);
  } else if (now - said->second < std::chrono::seconds(1)) {
    return;
  } else {
    said->second = now;
  }
  write(level, message, fields);
}

}  // namespace hermod::node
