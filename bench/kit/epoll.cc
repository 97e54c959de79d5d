#include "kit/epoll.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace hermod::bench {

void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

void Fd::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Epoll::Epoll() : fd_(must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

void Epoll::add(int fd, uint32_t events, uint64_t data) {
  control(EPOLL_CTL_ADD, fd, events, data);
}

void Epoll::change(int fd, uint32_t events, uint64_t data) {
  control(EPOLL_CTL_MOD, fd, events, data);
}

void Epoll::control(int operation, int fd, uint32_t events, uint64_t data) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = data;
  must(epoll_ctl(fd_.get(), operation, fd, &event), "epoll_ctl");
}

size_t Epoll::wait(std::span<epoll_event> ready, int timeout_ms) {
  const int count = epoll_wait(fd_.get(), ready.data(), static_cast<int>(ready.size()), timeout_ms);
  if (count < 0 && errno != EINTR) die("epoll_wait");
  return count < 0 ? 0 : static_cast<size_t>(count);
}

Fd listen_on_loopback(uint16_t& port) {
  Fd fd(must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  must(bind(fd.get(), generic, size), "bind");
  must(listen(fd.get(), 4096), "listen");
  must(getsockname(fd.get(), generic, &size), "getsockname");
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace hermod::bench
