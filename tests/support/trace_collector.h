#pragma once
// A collector on the test's loop: a plain socket that keeps what was posted to it, and answers as
// it is told, or not at all.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "uv/poll.h"

namespace hermod::test {

class TraceCollector {
 public:
  static constexpr char kTaken[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

  explicit TraceCollector(uv_loop_t* loop, uint16_t port = 0);
  ~TraceCollector();
  TraceCollector(const TraceCollector&) = delete;
  TraceCollector& operator=(const TraceCollector&) = delete;

  uint16_t port() const { return port_; }
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  size_t span_count() const;  // in what was answered with 200
  void hang_up();             // closes the connections that stand

  std::deque<std::string> answers;  // to the requests to come, one each; kTaken after them
  bool silent = false;              // answers nothing
  bool reading = true;              // takes what comes
  std::vector<std::string> heads;
  std::vector<std::string> bodies;
  size_t connections = 0;

 private:
  struct Connection {
    std::string in;
    std::unique_ptr<uv::Poll> poll;
  };

  void on_connection();
  void on_bytes(int fd);
  void serve(int fd, Connection& connection);

  uv_loop_t* loop_;
  int fd_;
  uint16_t port_ = 0;
  std::unique_ptr<uv::Poll> poll_;
  std::map<int, Connection> open_;
  std::vector<std::string> taken_;
};

}  // namespace hermod::test
