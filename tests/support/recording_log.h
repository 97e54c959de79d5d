#pragma once
// A log that keeps its lines, for assertions on messages that must or must not be logged.

#include <string>
#include <vector>

#include "hermod/log.h"

namespace hermod::test {

class RecordingLog final : public Log {
 public:
  void write(LogLevel, std::string_view message, std::initializer_list<LogField> fields) override {
    std::string line(message);
    for (const LogField& field : fields) {
      line.append(" ").append(field.name).append("=").append(field.value);
    }
    lines.push_back(std::move(line));
  }
  void write_limited(std::string_view, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) override {
    write(level, message, fields);
  }

  bool has(std::string_view part) const {
    for (const std::string& line : lines) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

  std::vector<std::string> lines;
};

}  // namespace hermod::test
