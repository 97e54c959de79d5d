#pragma once
// A server on a loopback port in the test's process; the test supplies its replies.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "uv/poll.h"

namespace hermod::test {

// Accepts connections and answers each piece of input with the result of `reply`.
class OddServer {
 public:
  OddServer(uv_loop_t* loop, std::function<std::string(std::string_view)> reply)
      : loop_(loop), reply_(std::move(reply)) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(fd_, 16), 0);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    listener_ = std::make_unique<uv::Poll>(loop_, fd_, [this](uv::Ready) { on_connection(); });
    listener_->watch(uv::Ready::kReadable);
  }
  ~OddServer() {
    listener_.reset();
    ::close(fd_);
    clients_.clear();
  }

  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return static_cast<int>(clients_.size()); }

 private:
  struct Client {
    ~Client() {
      poll.reset();
      ::close(fd);
    }
    int fd = -1;
    std::unique_ptr<uv::Poll> poll;
  };

  void on_connection() {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    auto client = std::make_unique<Client>();
    client->fd = fd;
    client->poll = std::make_unique<uv::Poll>(
        loop_, fd, [this, raw = client.get()](uv::Ready) { on_input(*raw); });
    client->poll->watch(uv::Ready::kReadable);
    clients_.push_back(std::move(client));
  }

  void on_input(Client& client) {
    char bytes[65536];
    const ssize_t count = recv(client.fd, bytes, sizeof bytes, 0);
    if (count <= 0) return client.poll->watch(uv::Ready::kNone);
    const std::string answer = reply_({bytes, static_cast<size_t>(count)});
    send(client.fd, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  uv_loop_t* loop_;
  std::function<std::string(std::string_view)> reply_;
  int fd_ = -1;
  uint16_t port_ = 0;
  std::unique_ptr<uv::Poll> listener_;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace hermod::test
