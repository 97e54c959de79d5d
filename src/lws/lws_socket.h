#pragma once
// The socket of one connection inside libwebsockets. All calls to the library that concern one
// connection are here. Owned by PeerTraffic.
//
// Bytes are written unchanged and at once (LWS_WRITE_RAW), from any callback of the loop. The
// library buffers what the kernel does not accept, and sends it before anything that is written
// later.

#include <string_view>

#include "lws/socket_state.h"

struct lws;

namespace hermod {

class LwsSocket {
 public:
  explicit LwsSocket(int fd) : fd_(fd) {}
  LwsSocket(const LwsSocket&) = delete;
  LwsSocket& operator=(const LwsSocket&) = delete;

  void attach(lws* wsi);             // the library has created its object for the descriptor
  void detach() { wsi_ = nullptr; }  // the library is about to free that object
  bool attached() const { return wsi_ != nullptr; }

  int fd() const { return fd_; }
  SocketState state() const { return read_socket_state(fd_); }

  // False: the connection is lost.
  [[nodiscard]] bool write(std::string_view bytes);

  // Whether the library has unsent bytes. blocked() is the answer after the last write() or
  // unblock(), or true while the output is paused.
  bool has_unsent() const;
  bool blocked() const { return blocked_; }
  [[nodiscard]] bool unblock();  // returns true if it is no longer blocked

  // Requests one call of the writable callback. The library also makes calls without a request.
  void ask_to_write();
  bool take_request();  // whether there was a request

  // Simulates a full kernel buffer, for tests.
  void pause() { paused_ = blocked_ = true; }
  void resume() { paused_ = false; }
  bool paused() const { return paused_; }

  void stop_reading();
  void end_output();  // the client reads an end of file
  void abort();       // closes the socket soon, never inside the call

 private:
  lws* wsi_ = nullptr;
  int fd_;
  bool blocked_ : 1 = false;
  bool asked_ : 1 = false;
  bool paused_ : 1 = false;
};

}  // namespace hermod
