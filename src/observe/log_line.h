#pragma once
// Formats the part of a log line after the time and the level: the event and its fields, as JSON or
// for the console. SpdlogLog builds one for each line.

#include <initializer_list>
#include <string>
#include <string_view>

#include "hermod/log.h"

namespace hermod {

enum class LogFormat { kConsole, kJson };

// Appends to `line`, which stays shorter than `bytes_max`: fields that do not fit are omitted, and
// the field "cut" is appended instead.
struct LogLine {
  LogFormat format;
  size_t bytes_max;
  std::string& line;

  void event(std::string_view message) const;
  void field(std::string_view name, std::string_view value, bool number) const;
  void fields(std::initializer_list<LogField> fields) const;
};

}  // namespace hermod
