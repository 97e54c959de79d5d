#pragma once
// An OpenTelemetry collector on the test's loop: it keeps the posted requests, and sends the
// responses that the test sets, or none.

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
  size_t span_count() const;  // spans of the requests that were answered with 200
  void hang_up();             // closes the open connections

  std::deque<std::string> answers;  // responses to the next requests; then kTaken
  bool silent = false;              // sends no responses
  bool reading = true;              // reads from the connections
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
