#include "support/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hermod::test {
namespace {

int connect_to(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

HttpClient::HttpClient(uv_loop_t* loop, uint16_t port)
    : fd_(connect_to(port)), poll_(loop, fd_, [this](uv::Ready) { on_readable(); }) {
  read_on();
}

HttpClient::~HttpClient() {
  poll_.watch(uv::Ready::kNone);
  close(fd_);
}

void HttpClient::reset_at_end() {
  const linger abort{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

void HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return;  // a failed connection is reported in `ended`
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void HttpClient::finish_sending() {
  shutdown(fd_, SHUT_WR);
}

void HttpClient::on_readable() {
  char buffer[65536];
  const ssize_t got = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got > 0) {
    received.append(buffer, static_cast<size_t>(got));
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    ended = true;
    was_reset = got < 0;
    poll_.watch(uv::Ready::kNone);
  }
}

std::optional<HttpAnswer> HttpClient::take_answer(Body body) {
  const size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  HttpAnswer answer;
  const std::string head = received.substr(0, end + 2);
  answer.status = std::atoi(head.c_str() + head.find(' '));
  for (size_t line = head.find("\r\n") + 2; line < head.size();) {
    const size_t next = head.find("\r\n", line);
    const size_t colon = head.find(": ", line);
    answer.headers[lower(head.substr(line, colon - line))] =
        head.substr(colon + 2, next - colon - 2);
    line = next + 2;
  }
  const size_t length = body == Body::kOmitted
                            ? 0
                            : std::strtoul(answer.header("content-length").c_str(), nullptr, 10);
  if (received.size() < end + 4 + length) return std::nullopt;
  answer.body = received.substr(end + 4, length);
  received.erase(0, end + 4 + length);
  return answer;
}

}  // namespace hermod::test
