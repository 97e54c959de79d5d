#pragma once
// OwnLoop, a libuv loop that this process creates and runs (the service, tests), and queries about
// the handles of any loop.

#include <vector>

#include "uv/fwd.h"

namespace hermod::uv {

// Creates, runs and closes a loop. The destructor asserts that all handles were closed. Throws
// std::system_error if the loop cannot be created.
class OwnLoop {
 public:
  OwnLoop();
  ~OwnLoop();
  OwnLoop(const OwnLoop&) = delete;
  OwnLoop& operator=(const OwnLoop&) = delete;

  uv_loop_t* get() const { return loop_; }

  void run();       // until no active handle is left
  bool run_once();  // waits for events once and handles them; false if no active handle is left
  bool poll();      // handles the pending events without waiting; false if no active handle is left
  void stop();      // run() returns after the current iteration

  // Calls uv_loop_close() and returns its result. 0: the loop was empty, and must not be used
  // again. Otherwise prints the open handles to stderr.
  int close();

 private:
  uv_loop_t* loop_;
  bool closed_ = false;
};

// True while a handle of `loop`, including closing ones, has this `data`.
bool has_handle_with_data(uv_loop_t* loop, const void* data);

// The `data` of the handle that polls `fd`, except closing ones; null if there is none.
void* data_of_poll(uv_loop_t* loop, int fd);

// The descriptors of all poll handles on `loop`, except closing ones.
std::vector<int> polled_descriptors(uv_loop_t* loop);

}  // namespace hermod::uv
