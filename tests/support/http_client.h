#pragma once
// A raw HTTP client on the test's loop: it sends any bytes and keeps everything that it receives.
// Reading can be stopped.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "uv/poll.h"

namespace hermod::test {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class HttpClient {
 public:
  enum class Body { kExpected, kOmitted };

  HttpClient(uv_loop_t* loop, uint16_t port);  // connected to 127.0.0.1
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(std::string_view bytes);  // must fit into the socket's send buffer
  void finish_sending();              // shuts down the sending direction
  void stop_reading() { poll_.watch(uv::Ready::kNone); }
  void read_on() { poll_.watch(uv::Ready::kReadable); }
  void reset_at_end();  // the destructor resets the connection instead of closing it

  // The next complete response in `received`, which is removed from it; empty if there is none.
  std::optional<HttpAnswer> take_answer(Body body = Body::kExpected);

  std::string received;
  bool ended = false;  // the server closed or reset the connection
  bool was_reset = false;

 private:
  void on_readable();

  int fd_;
  uv::Poll poll_;
};

}  // namespace hermod::test
