#pragma once
// Where libwebsockets' own lines go: to a Log, never to stderr.

#include "hermod/log.h"

namespace hermod {

// While it lives, what libwebsockets says on this thread goes to `log`; of several, to the
// newest's. The library's hook is one function for the whole process without any argument of ours
// (4.1), so the way back is a variable of the thread: a loop has one thread, and each Node worker
// has its own.
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
