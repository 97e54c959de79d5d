#pragma once
// A descriptor that a foreign thread writes to, and the loop hears. The writes are merged: one call
// may stand for many. librdkafka's queue events come in this way.

#include <functional>

#include "uv/poll.h"

namespace hermod::uv {

class Wakeup {
 public:
  Wakeup(uv_loop_t* loop, std::function<void()> on_wakeup);
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // False: the process has no descriptor left, and nothing written is ever heard.
  bool usable() const { return poll_.usable(); }

  // Write any 8-byte number other than 0 here, from any thread, until this object is destroyed.
  int descriptor() const { return fd_; }

 private:
  void on_readable();

  std::function<void()> on_wakeup_;
  int fd_;
  Poll poll_;
};

}  // namespace hermod::uv
