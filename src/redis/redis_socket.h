#pragma once
// The socket of one link: sends what was written to out(), and receives. It polls for writing only
// while the kernel does not accept everything. RedisLink owns it and opens it for each connection.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "redis_transport/redis_transport.h"
#include "uv/immediate.h"
#include "uv/poll.h"

namespace hermod {

class RedisSocket {
 public:
  // `readable` is called when bytes, the end or an error can be received.
  RedisSocket(uv_loop_t* loop, std::function<void()> readable);
  ~RedisSocket() { close(); }
  RedisSocket(const RedisSocket&) = delete;
  RedisSocket& operator=(const RedisSocket&) = delete;

  // Adopts a connected, non-blocking descriptor and the transport over it. False: the descriptor
  // cannot be polled, and is closed.
  [[nodiscard]] bool open(int fd, std::unique_ptr<RedisTransport> transport);
  void close();  // drops what was not sent
  bool is_open() const { return fd_ >= 0; }

  std::string& out() { return out_; }  // append here, then call send()
  size_t bytes_unsent() const { return out_.size() - sent_; }
  void send();

  Transfer receive(char* bytes, size_t size) { return transport_->read(bytes, size); }
  bool holds_bytes() const { return transport_->holds_bytes(); }   // receive() has more at once
  const RedisTransport& transport() const { return *transport_; }  // precondition: is_open()

  // After reading: libuv stops a poll that reported an error. If the transport holds bytes,
  // `readable` is called in the next iteration.
  void watch();

 private:
  void on_ready(uv::Ready ready);
  void drop_sent();

  uv_loop_t* loop_;
  std::function<void()> readable_;
  std::unique_ptr<uv::Poll> poll_;
  uv::Immediate read_again_;
  int fd_ = -1;
  std::unique_ptr<RedisTransport> transport_;  // null: closed
  std::string out_;
  size_t sent_ = 0;  // bytes of out_
};

}  // namespace hermod
