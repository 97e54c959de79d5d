#include "lws/lws_log.h"

#include <libwebsockets.h>

#include <array>
#include <cassert>
#include <string_view>

namespace hermod {
namespace {

// Logged at error level although they are part of a normal adoption or close.
constexpr std::array<std::string_view, 3> kOrdinary = {"calling service", "lws_libuv_stop",
                                                       "shadow wsi"};

// Later versions prepend "[the time] E: ".
std::string_view without_time(std::string_view line) {
  const size_t end = line.find("] ");
  if (!line.starts_with('[') || end == std::string_view::npos) return line;
  line.remove_prefix(end + 2);
  if (line.substr(1, 2) == ": ") line.remove_prefix(3);
  return line;
}

}  // namespace

LwsLog*& LwsLog::newest() {
  thread_local LwsLog* log = nullptr;
  return log;
}

void LwsLog::emit(int level, const char* text) noexcept {
  if (newest() == nullptr) return;
  std::string_view line = without_time(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
  for (const std::string_view ordinary : kOrdinary) {
    if (line.find(ordinary) != std::string_view::npos) return;
  }
  const LogLevel ours = level == LLL_ERR ? LogLevel::kWarning : LogLevel::kDebug;
  newest()->log_.write_limited("lws", ours, "message from libwebsockets", {{"line", line}});
}

LwsLog::LwsLog(Log& log) : log_(log), older_(newest()) {
  newest() = this;
  lws_set_log_level(LLL_ERR | LLL_WARN, emit);
}

LwsLog::~LwsLog() {
  LwsLog** link = &newest();
  while (*link != this) {
    assert(*link != nullptr);  // this log is in the list of its thread
    link = &(*link)->older_;
  }
  *link = older_;
}

}  // namespace hermod
