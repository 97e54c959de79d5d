#include "ws/lws_log.h"

#include <libwebsockets.h>

#include <array>
#include <string_view>

namespace hermod {
namespace {

thread_local Log* current_log = nullptr;

// Said at error level in the ordinary course of an adoption or an end.
constexpr std::array<std::string_view, 3> kOrdinary = {"calling service", "lws_libuv_stop",
                                                       "shadow wsi"};

void emit(int level, const char* text) noexcept {
  if (current_log == nullptr) return;
  std::string_view line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
  for (const std::string_view ordinary : kOrdinary) {
    if (line.find(ordinary) != std::string_view::npos) return;
  }
  const LogLevel ours = level == LLL_ERR ? LogLevel::kWarning : LogLevel::kDebug;
  current_log->write_limited("lws", ours, "libwebsockets says", {{"line", line}});
}

}  // namespace

LwsLog::LwsLog(Log& log) : log_(log), before_(current_log) {
  current_log = &log_;
  lws_set_log_level(LLL_ERR | LLL_WARN, emit);
}

LwsLog::~LwsLog() {
  // Not necessarily the newest: contexts of one thread may end in any order.
  if (current_log == &log_) current_log = before_;
}

}  // namespace hermod
