#include "kafka/broker_waker.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

namespace hermod {
namespace {

constexpr auto kEvery = std::chrono::milliseconds(3);

void connect_once(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The result does not matter: the attempt alone wakes the broker's thread.
  (void)!::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  close(fd);
}

}  // namespace

BrokerWaker::BrokerWaker(uint16_t port) : port_(port), thread_([this] { run(); }) {}

BrokerWaker::~BrokerWaker() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void BrokerWaker::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kEvery, [this] { return done_; })) connect_once(port_);
}

}  // namespace hermod
