#pragma once
// Redirects libwebsockets' log lines from stderr to a Log. Owned by LwsContext.

#include "hermod/log.h"

namespace hermod {

// While it exists, the lines that libwebsockets writes on this thread go to `log`; if there are
// several, to the newest one. The library's log callback (4.1) is one function per process without
// a user argument, so a thread-local variable refers to the log: a loop has one thread, and each
// Node worker has its own.
class LwsLog {
 public:
  explicit LwsLog(Log& log);
  ~LwsLog();
  LwsLog(const LwsLog&) = delete;
  LwsLog& operator=(const LwsLog&) = delete;

 private:
  static void emit(int level, const char* text) noexcept;
  static LwsLog*& newest();

  Log& log_;
  LwsLog* older_;
};

}  // namespace hermod
