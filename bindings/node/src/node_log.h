#pragma once
// Collects the router's log lines, as JSON, until the router passes them to JavaScript. It writes
// nothing to stderr.

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hermod/log.h"

namespace hermod::node {

class NodeLog final : public Log {
 public:
  // `on_line` is called when the first line is added after take().
  explicit NodeLog(std::function<void()> on_line) : on_line_(std::move(on_line)) {}

  void set_level(LogLevel level) { level_ = level; }
  std::vector<std::string> take();  // returns the collected lines and removes them

  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) override;
  void write_limited(std::string_view key, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) override;

 private:
  static constexpr size_t kLinesMax = 1000;  // more lines are dropped until take() is called

  std::function<void()> on_line_;
  LogLevel level_ = LogLevel::kInfo;
  std::vector<std::string> lines_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> said_;
};

}  // namespace hermod::node
