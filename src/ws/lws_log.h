#pragma once
// Where libwebsockets' own lines go: to a Log, never to stderr.

#include "hermod/log.h"

namespace hermod {

// For as long as it lives, what libwebsockets says on this thread goes to `log`. The library's hook
// is one function for the whole process without any argument of ours (4.1), so the way back is a
// variable of the thread: a loop has one thread, and each Node worker has its own. Nested ones
// restore the one before.
class LwsLog {
 public:
  explicit LwsLog(Log& log);
  ~LwsLog();
  LwsLog(const LwsLog&) = delete;
  LwsLog& operator=(const LwsLog&) = delete;

 private:
  Log& log_;
  Log* before_;
};

}  // namespace hermod
