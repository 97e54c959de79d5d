#pragma once
// The router's log for JavaScript: lines as JSON texts, kept until somebody takes them. Nothing is
// ever written to stderr.

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
  // `on_line` is called when the first line of a batch came.
  explicit NodeLog(std::function<void()> on_line) : on_line_(std::move(on_line)) {}

  void set_level(LogLevel level) { level_ = level; }
  std::vector<std::string> take();

  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) override;
  void write_limited(std::string_view key, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) override;

 private:
  static constexpr size_t kLinesMax = 1000;  // kept; beyond them the newest are dropped

  std::function<void()> on_line_;
  LogLevel level_ = LogLevel::kInfo;
  std::vector<std::string> lines_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> said_;
};

}  // namespace hermod::node
