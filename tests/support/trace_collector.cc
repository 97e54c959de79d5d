#include "support/trace_collector.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace hermod::test {
namespace {

size_t count(std::string_view text, std::string_view part) {
  size_t times = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++times;
  }
  return times;
}

size_t content_length(const std::string& head) {
  const size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

// Appends each request as a line to the file that tests/package/trace_schema.py parses.
void keep_for_the_schema(const std::string& body) {
  const char* file = std::getenv("HERMOD_TRACE_REQUESTS");
  if (file != nullptr) std::ofstream(file, std::ios::app) << body << '\n';
}

}  // namespace

TraceCollector::TraceCollector(uv_loop_t* loop, uint16_t port)
    : loop_(loop), fd_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t length = sizeof address;
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(fd_, 8) != 0 ||
      getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  poll_ = std::make_unique<uv::Poll>(loop_, fd_, [this](uv::Ready) { on_connection(); });
  poll_->watch(uv::Ready::kReadable);
}

TraceCollector::~TraceCollector() {
  hang_up();
  poll_.reset();
  close(fd_);
}

size_t TraceCollector::span_count() const {
  size_t spans = 0;
  for (const std::string& body : taken_) spans += count(body, "\"startTimeUnixNano\"");
  return spans;
}

void TraceCollector::hang_up() {
  for (auto& [fd, connection] : open_) {
    connection.poll.reset();
    close(fd);
  }
  open_.clear();
}

void TraceCollector::on_connection() {
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  ++connections;
  Connection& connection = open_[fd];
  connection.poll = std::make_unique<uv::Poll>(loop_, fd, [this, fd](uv::Ready) { on_bytes(fd); });
  if (reading) connection.poll->watch(uv::Ready::kReadable);
}

void TraceCollector::on_bytes(int fd) {
  Connection& connection = open_[fd];
  std::array<char, 65536> bytes{};
  const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
  if (got > 0) {
    connection.in.append(bytes.data(), static_cast<size_t>(got));
    return serve(fd, connection);
  }
  open_.erase(fd);
  close(fd);
}

void TraceCollector::serve(int fd, Connection& connection) {
  const size_t end = connection.in.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const std::string head = connection.in.substr(0, end + 4);
  const size_t whole = head.size() + content_length(head);
  if (connection.in.size() < whole) return;
  heads.push_back(head);
  bodies.push_back(connection.in.substr(head.size(), whole - head.size()));
  connection.in.erase(0, whole);
  if (silent) return;
  std::string answer = kTaken;
  if (!answers.empty()) {
    answer = std::move(answers.front());
    answers.pop_front();
  }
  if (answer.starts_with("HTTP/1.1 200")) {
    taken_.push_back(bodies.back());
    keep_for_the_schema(bodies.back());
  }
  if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
  if (answer.find("Connection: close") == std::string::npos && !answer.empty()) return;
  open_.erase(fd);
  close(fd);
}

}  // namespace hermod::test
