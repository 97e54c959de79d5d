#pragma once
// The part of a log line behind its time and level: the event and its fields, in either format.

#include <initializer_list>
#include <string>
#include <string_view>

#include "hermod/log.h"
#include "observe/spdlog_log.h"

namespace hermod {

// Appends to `line`, whose bytes stay below `bytes_max`: fields that do not fit are left out, and
// the line says so by "cut".
struct LogLine {
  LogFormat format;
  size_t bytes_max;
  std::string& line;

  void event(std::string_view message) const;
  void field(std::string_view name, std::string_view value, bool number) const;
  void fields(std::initializer_list<LogField> fields) const;
};

}  // namespace hermod
