#pragma once
// The non-blocking socket of an HTTP connection. It is watched only while the connection waits for
// it, because most connections are served without waiting. Owned by Connection.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "uv/poll.h"

namespace hermod {

class ClientSocket {
 public:
  // `on_ready` is called with the events that watch() waits for.
  ClientSocket(uv_loop_t* loop, int fd, const IpAddress& peer,
               std::function<void(uv::Ready)> on_ready);

  // kBlocked: nothing can be transferred now. kEnded: the client has closed, or the socket failed.
  enum class State { kDone, kBlocked, kEnded };
  struct Transfer {
    State state = State::kDone;
    size_t bytes = 0;
  };
  Transfer receive(std::span<char> buffer);
  Transfer send(std::string_view bytes);

  // Reads and discards input. kEnded also if the client has sent more than 1 MiB of it.
  State discard();

  void watch(uv::Ready interest);
  void pause();       // stops watching
  void end_output();  // the client reads the end of the stream
  int release();      // stops watching and returns the descriptor; the caller owns it

  const IpAddress& peer() const { return peer_; }

 private:
  uv_loop_t* loop_;
  IpAddress peer_;
  std::function<void(uv::Ready)> on_ready_;  // moved into poll_
  size_t discarded_ = 0;
  UniqueFd descriptor_;             // outlives the poll
  std::unique_ptr<uv::Poll> poll_;  // created when the connection first waits
};

}  // namespace hermod
