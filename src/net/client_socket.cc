#include "net/client_socket.h"

#include <sys/socket.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

namespace hermod {
namespace {

constexpr size_t kDiscardBytesMax = size_t{1024} * 1024;
constexpr size_t kDiscardedAtOnce = size_t{16} * 1024;

ClientSocket::Transfer result_of(ssize_t transferred) {
  using State = ClientSocket::State;
  if (transferred >= 0) return {State::kDone, static_cast<size_t>(transferred)};
  return {errno == EAGAIN || errno == EWOULDBLOCK ? State::kBlocked : State::kEnded, 0};
}

}  // namespace

ClientSocket::ClientSocket(uv_loop_t* loop, int fd, const IpAddress& peer,
                           std::function<void(uv::Ready)> on_ready)
    : loop_(loop), peer_(peer), on_ready_(std::move(on_ready)), descriptor_(fd) {
  assert(fd >= 0);
}

ClientSocket::Transfer ClientSocket::receive(std::span<char> buffer) {
  assert(!buffer.empty());
  ssize_t got = 0;
  do {
    got = ::recv(descriptor_.get(), buffer.data(), buffer.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return {State::kEnded, 0};
  return result_of(got);
}

ClientSocket::Transfer ClientSocket::send(std::string_view bytes) {
  assert(!bytes.empty());
  ssize_t sent = 0;
  do {
    sent = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return result_of(sent);
}

ClientSocket::State ClientSocket::discard() {
  std::array<char, kDiscardedAtOnce> buffer;
  const Transfer got = receive(buffer);
  discarded_ += got.bytes;
  return discarded_ < kDiscardBytesMax ? got.state : State::kEnded;
}

void ClientSocket::watch(uv::Ready interest) {
  if (!poll_) {
    assert(on_ready_ != nullptr);
    poll_ = std::make_unique<uv::Poll>(loop_, descriptor_.get(), std::move(on_ready_));
  }
  poll_->watch(interest);
}

void ClientSocket::pause() {
  if (poll_) poll_->watch(uv::Ready::kNone);
}

void ClientSocket::end_output() {
  ::shutdown(descriptor_.get(), SHUT_WR);
}

int ClientSocket::release() {
  poll_.reset();
  return descriptor_.release();
}

}  // namespace hermod
