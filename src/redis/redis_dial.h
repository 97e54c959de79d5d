#pragma once
// Connects to Redis: resolves the host, then tries its addresses one by one, each within the
// timeout (localhost is ::1 and 127.0.0.1, and Redis may listen on only one of them).

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hermod/result.h"
#include "redis/redis_endpoint.h"
#include "uv/poll.h"
#include "uv/resolver.h"
#include "uv/timer.h"

namespace hermod {

class RedisDial {
 public:
  // A connected, non-blocking file descriptor, which the callee owns; or why no address worked.
  using Done = std::function<void(Result<int>)>;

  RedisDial(uv_loop_t* loop, uint64_t timeout_ms);
  ~RedisDial() { cancel(); }
  RedisDial(const RedisDial&) = delete;
  RedisDial& operator=(const RedisDial&) = delete;

  // `done` is never called inside this call.
  void start(const RedisEndpoint& endpoint, Done done);
  void cancel();

 private:
  void try_next();
  void on_ready();
  void on_failed(const std::string& why);
  void finish(Result<int> result);
  void drop_socket();

  uv_loop_t* loop_;
  uint64_t timeout_ms_;
  RedisEndpoint endpoint_;
  uv::Resolver resolver_;
  // The deadline of the current address. 0 ms: the next address is tried in the next iteration.
  uv::Timer timer_;
  std::unique_ptr<uv::Poll> poll_;
  int fd_ = -1;
  std::vector<uv::Address> addresses_;
  size_t next_ = 0;
  std::string error_;
  Done done_;
};

}  // namespace hermod
