#include "observe/spdlog_log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>

#include "base/escape.h"
#include "observe/stderr_sink.h"

namespace hermod {
namespace {

constexpr int64_t kLimitMs = 1000;
constexpr size_t kHeadBytes = 512;  // space for time, level, colours and service before the body
constexpr size_t kServiceBytesMax = 64;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kCritical:
      return spdlog::level::critical;
  }
  return spdlog::level::critical;
}

// Writes the priority prefix of journald, as sd-daemon(3) defines it.
class JournalPriority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& line) override {
    static constexpr std::string_view kPrefix[] = {"<7>", "<7>", "<6>", "<4>", "<3>", "<2>", "<7>"};
    const std::string_view prefix = kPrefix[message.level];
    line.append(prefix.data(), prefix.data() + prefix.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JournalPriority>();
  }
};

class ColourOn final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& line) override {
    static constexpr std::string_view kColour[] = {"\x1b[2m",  "\x1b[2m",    "\x1b[32m", "\x1b[33m",
                                                   "\x1b[31m", "\x1b[1;31m", ""};
    const std::string_view colour = kColour[message.level];
    line.append(colour.data(), colour.data() + colour.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<ColourOn>();
  }
};

// Escapes literal text in an spdlog pattern, in which a percent sign is special.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '%' ? 2 : 1, c);
  return out;
}

std::string pattern(const LogOptions& options) {
  std::string out = options.journal == LogJournal::kOn ? "%J" : "";
  if (options.format == LogFormat::kJson) {
    return out + R"({"timestamp":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","service":")" +
           literal(escaped(options.service, kServiceBytesMax)) + R"(",%v})";
  }
  const bool colour = options.colour == LogColour::kOn;
  return out + "%Y-%m-%dT%H:%M:%S.%eZ " + (colour ? "%C%-8l\x1b[0m" : "%-8l") + " %v";
}

std::unique_ptr<spdlog::formatter> formatter(const LogOptions& options) {
  auto made = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc, "\n");
  made->add_flag<JournalPriority>('J').add_flag<ColourOn>('C').set_pattern(pattern(options));
  return made;
}

// JOURNAL_STREAM is "device:inode" of the stream that journald reads. A redirected stderr differs.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

}  // namespace

std::optional<LogLevel> log_level(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (upper == "DEBUG") return LogLevel::kDebug;
  if (upper == "INFO") return LogLevel::kInfo;
  if (upper == "WARNING") return LogLevel::kWarning;
  if (upper == "ERROR") return LogLevel::kError;
  if (upper == "CRITICAL") return LogLevel::kCritical;
  return std::nullopt;
}

LogOptions log_options_for_stderr(std::string_view format) {
  LogOptions options;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  const bool console = format.empty() ? terminal : format == "console";
  options.format = console ? LogFormat::kConsole : LogFormat::kJson;
  if (terminal && (no_colour == nullptr || *no_colour == '\0')) options.colour = LogColour::kOn;
  if (stderr_is_journal()) options.journal = LogJournal::kOn;
  return options;
}

SpdlogLog::SpdlogLog(const Clock& clock, LogOptions options)
    : clock_(clock),
      options_(std::move(options)),
      sink_(std::make_shared<StderrSink>(options_.fd)),
      logger_(std::make_unique<spdlog::logger>("hermod", sink_)) {
  logger_->set_formatter(formatter(options_));
  set_level(options_.level);
}

SpdlogLog::~SpdlogLog() = default;

void SpdlogLog::set_level(LogLevel level) {
  options_.level = level;
  logger_->set_level(to_spdlog(level));
}

void SpdlogLog::write(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) {
  if (level >= options_.level) write_line(level, message, fields, 0);
}

void SpdlogLog::write_limited(std::string_view key, LogLevel level, std::string_view message,
                              std::initializer_list<LogField> fields) {
  if (level < options_.level) return;
  const int64_t now_ms = clock_.steady_ms();
  const auto [found, first] = limits_.try_emplace(key);
  Limit& limit = found->second;
  if (!first && now_ms - limit.last_ms < kLimitMs) {
    ++limit.suppressed;
    return;
  }
  limit.last_ms = now_ms;
  write_line(level, message, fields, std::exchange(limit.suppressed, 0));
}

void SpdlogLog::write_line(LogLevel level, std::string_view message,
                           std::initializer_list<LogField> fields, uint64_t suppressed) {
  body_.clear();
  const LogLine line{options_.format, kLogLineBytesMax - kHeadBytes, body_};
  line.event(message);
  if (suppressed > 0) line.field("suppressed", std::to_string(suppressed), true);
  line.fields(fields);
  emit(level, body_);
}

// Before the line, reports the lines that were lost while the descriptor was not writable.
void SpdlogLog::emit(LogLevel level, std::string_view body) {
  if (!sink_->writable()) return;
  const auto time = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::milliseconds(clock_.wall_ms())));
  if (const uint64_t lost = sink_->take_lost(); lost > 0) {
    std::string loss;
    const LogLine line{options_.format, kLogLineBytesMax - kHeadBytes, loss};
    line.event("log lines were lost because stderr was not writable");
    line.field("lines", std::to_string(lost), true);
    logger_->log(time, spdlog::source_loc{}, spdlog::level::warn, spdlog::string_view_t(loss));
    if (!sink_->writable()) return;
  }
  logger_->log(time, spdlog::source_loc{}, to_spdlog(level), spdlog::string_view_t(body));
}

}  // namespace hermod
