#pragma once
// The loop itself: one of our own (the service, tests), and what a part may ask of any loop it was
// given.

#include <vector>

#include "uv/fwd.h"

namespace hermod::uv {

// A loop that this process runs by itself. Its destructor asserts that everything on it was closed.
class OwnLoop {
 public:
  OwnLoop();
  ~OwnLoop();
  OwnLoop(const OwnLoop&) = delete;
  OwnLoop& operator=(const OwnLoop&) = delete;

  uv_loop_t* get() const { return loop_; }

  void run();       // until nothing is left to wait for
  bool run_once();  // waits for events once and serves them; false when nothing is left
  bool poll();      // serves what is ready, without waiting; false when nothing is left
  void stop();      // run() returns after the present turn

  // uv_loop_close: 0 when the loop is empty, and never again usable then. Prints what is left
  // otherwise.
  int close();

 private:
  uv_loop_t* loop_;
  bool closed_ = false;
};

// True while any handle on `loop`, closing ones included, carries `data`.
bool has_handle_with_data(uv_loop_t* loop, const void* data);

// The data of the handle that polls `fd`, closing ones not included; null: there is none.
void* data_of_poll(uv_loop_t* loop, int fd);

// The descriptors that polls on `loop` are watching or ready to watch, closing ones not included.
std::vector<int> polled_descriptors(uv_loop_t* loop);

}  // namespace hermod::uv
