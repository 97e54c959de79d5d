#pragma once
// Wakes the loop from another thread through an eventfd. Several writes may result in one call.
// librdkafka signals its queue events this way.

#include <functional>

#include "uv/poll.h"

namespace hermod::uv {

class Wakeup {
 public:
  Wakeup(uv_loop_t* loop, std::function<void()> on_wakeup);
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // False if the process had no free descriptor: writes then have no effect.
  bool usable() const { return poll_.usable(); }

  // Any thread may write a nonzero 8-byte integer to it until this object is destroyed.
  int descriptor() const { return fd_; }

 private:
  void on_readable();

  std::function<void()> on_wakeup_;
  int fd_;
  Poll poll_;
};

}  // namespace hermod::uv
