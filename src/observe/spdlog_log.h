#pragma once
// The service's Log: writes one line per event to stderr with spdlog. Console lines are for people,
// JSON lines for log collectors. Both have the same fields, and both escape and truncate external
// data. The composition in server/ owns it, and it outlives every component. Not thread-safe.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "hermod/log.h"
#include "observe/log_line.h"

namespace spdlog {
class logger;
}

namespace hermod {

class StderrSink;

enum class LogColour { kOff, kOn };
enum class LogJournal { kOff, kOn };  // on: each line starts with its priority for journald, "<6>"

struct LogOptions {
  std::string service = "websocket_service";  // SERVICE_NAME
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kJson;
  LogColour colour = LogColour::kOff;
  LogJournal journal = LogJournal::kOff;
  int fd = 2;
};

// Parses LOG_LEVEL: DEBUG, INFO, WARNING, ERROR or CRITICAL, in upper or lower case. nullopt for
// any other word.
std::optional<LogLevel> log_level(std::string_view name);

// The options that suit this process's stderr: console format on a terminal, otherwise JSON; colour
// on a terminal unless NO_COLOR is set; journald's prefixes if JOURNAL_STREAM names this stream.
// `format` ("console", "json" or empty) overrides the format.
LogOptions log_options_for_stderr(std::string_view format);

class SpdlogLog final : public Log {
 public:
  SpdlogLog(const Clock& clock, LogOptions options);
  ~SpdlogLog() override;
  SpdlogLog(const SpdlogLog&) = delete;
  SpdlogLog& operator=(const SpdlogLog&) = delete;

  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) override;
  void write_limited(std::string_view key, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) override;

  void set_level(LogLevel level);
  LogLevel level() const { return options_.level; }

 private:
  struct Limit {
    int64_t last_ms = 0;
    uint64_t suppressed = 0;
  };

  void write_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields,
                  uint64_t suppressed);
  void emit(LogLevel level, std::string_view body);

  const Clock& clock_;
  LogOptions options_;
  std::shared_ptr<StderrSink> sink_;
  std::unique_ptr<spdlog::logger> logger_;
  std::unordered_map<std::string_view, Limit> limits_;  // few keys, with static storage
  std::string body_;                                    // reused for each line
};

}  // namespace hermod
