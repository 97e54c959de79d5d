#pragma once
// Where hermod says what happens: one line an event, with named fields. An embedder implements Log
// to take the lines; the service's own writes them with spdlog (src/observe). Values come from
// outside as they are: the implementation escapes and cuts them. No caller ever passes a token or
// secret, and a payload only where the log is the last place of a dead letter.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace hermod {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kCritical };

// A name and its value, valid during the call only. Numbers are kept as text: a log line is text.
struct LogField {
  template <class T>
  requires std::is_arithmetic_v<T> LogField(std::string_view field, T number)
      : name(field), owned(std::to_string(number)), value(owned) {}
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(const LogField&) = delete;
  LogField& operator=(const LogField&) = delete;

  std::string_view name;
  std::string owned;
  std::string_view value;
};

class Log {
 public:
  virtual ~Log() = default;

  // One event. `message` is a plain sentence of ours without outside text; what varies goes in
  // fields.
  virtual void write(LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) = 0;

  // The same, but at most one line a second for each `key` (static storage): the next line that
  // comes through says how many were held back in between.
  virtual void write_limited(std::string_view key, LogLevel level, std::string_view message,
                             std::initializer_list<LogField> fields) = 0;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kDebug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kInfo, message, fields);
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kWarning, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kError, message, fields);
  }
};

}  // namespace hermod
