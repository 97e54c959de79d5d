#include "floor/floor.h"

#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "kit/frame.h"
#include "kit/numbered_text.h"
#include "kit/token.h"

namespace hermod::bench {
namespace {

constexpr uint64_t kListener = UINT64_MAX;

// The value of a header in a request head; the name is compared without case.
std::string header_value(const std::string& head, const std::string& name) {
  for (size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
    if (strncasecmp(head.c_str() + at + 2, name.c_str(), name.size()) != 0) continue;
    const size_t begin = head.find_first_not_of(" :", at + 2 + name.size());
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
  return {};
}

}  // namespace

Floor::Floor(const FloorOptions& options)
    : options_(options), port_(options.port), listener_(listen_on_loopback(port_)) {
  clients_.reserve(options.connections);
  epoll_.add(listener_.get(), EPOLLIN, kListener);
}

FloorResult Floor::run() {
  FloorResult result;
  const CpuTime start = cpu_time();
  while (open_ < options_.connections) serve(-1);
  result.handshakes = cpu_time() - start;

  const CpuTime before = cpu_time();
  const int64_t began_ns = steady_ns();
  for (uint64_t sequence = 0; result.messages < options_.messages; sequence += options_.burst) {
    send_round(sequence);
    result.messages += options_.burst * clients_.size();
    const double ahead_ns = options_.rate == 0
                                ? 0
                                : static_cast<double>(result.messages) / options_.rate * 1e9 -
                                      static_cast<double>(steady_ns() - began_ns);
    serve(ahead_ns > 1e6 ? static_cast<int>(ahead_ns / 1e6) : 0);
  }
  result.sending = cpu_time() - before;
  result.sending_ns = steady_ns() - began_ns;
  return result;
}

void Floor::wait_for_the_end() {
  while (gone_ < clients_.size()) serve(-1);
}

void Floor::serve(int timeout_ms) {
  std::array<epoll_event, 256> ready;
  const size_t count = epoll_.wait(ready, timeout_ms);
  for (size_t i = 0; i < count; ++i) {
    if (ready[i].data.u64 == kListener) {
      accept_all();
    } else {
      read_from(clients_[ready[i].data.u64]);
    }
  }
}

void Floor::accept_all() {
  while (clients_.size() < options_.connections) {
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && errno == EAGAIN) return;
    clients_.push_back({Fd(must(fd, "accept4")), {}, false});
    epoll_.add(fd, EPOLLIN, clients_.size() - 1);
    read_from(clients_.back());
  }
}

void Floor::read_from(Client& client) {
  std::array<char, 4096> bytes;
  const ssize_t got = recv(client.fd.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    client.fd.reset();
    ++gone_;
    return;
  }
  if (client.open) return;  // pongs
  client.head.append(bytes.data(), static_cast<size_t>(got));
  if (client.head.find("\r\n\r\n") != std::string::npos) answer(client);
}

void Floor::answer(Client& client) {
  const std::string response =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_of_key(header_value(client.head, "Sec-WebSocket-Key")) + "\r\n\r\n";
  client.head = {};
  client.open = true;
  ++open_;
  send(client.fd.get(), response.data(), response.size(), MSG_NOSIGNAL);
}

// The bytes are built once per round and sent to all connections.
void Floor::send_round(uint64_t sequence) {
  NumberedText text("floor", options_.text_bytes);
  const std::string header = server_text_header(text.text().size());
  const int64_t now_ns = wall_ns();
  burst_.clear();
  for (size_t i = 0; i < options_.burst; ++i) {
    text.stamp(sequence + i, now_ns);
    burst_.append(header).append(text.text());
  }
  for (Client& client : clients_) send_whole(client);
}

// Waits while the socket is full, which is short because the receivers read continuously.
void Floor::send_whole(Client& client) {
  size_t sent = 0;
  while (client.fd && sent < burst_.size()) {
    const ssize_t count =
        send(client.fd.get(), burst_.data() + sent, burst_.size() - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      pollfd writable{client.fd.get(), POLLOUT, 0};
      poll(&writable, 1, -1);
    } else {
      return;  // a later recv() reports the end of the connection
    }
  }
}

}  // namespace hermod::bench
