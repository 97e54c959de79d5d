#pragma once
// The log interface: one line per event, with named fields. An embedder implements Log to receive
// the lines; the service itself writes them with spdlog (src/observe). Field values may contain
// unmodified external data, so the implementation must escape and truncate them. No caller passes a
// token or a secret. A payload is passed only for a dead letter that could not be written to its
// topic.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace hermod {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kCritical };

// A name and its value, valid only during the call. Numbers are stored as text.
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

  // Writes one event. `message` is a fixed sentence without external data; variable values belong
  // in `fields`.
  virtual void write(LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) = 0;

  // Like write(), but writes at most one line per second for each `key` (static storage). The next
  // line that is written states how many were suppressed.
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
