#include "support/ws_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace hermod::test {
namespace {

void must(bool good) {
  if (!good) std::abort();
}

std::pair<int, int> tcp_sockets() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  must(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
  must(listen(listener, 1) == 0);
  must(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  must(connect(client, reinterpret_cast<sockaddr*>(&address), length) == 0);
  const int server = accept(listener, nullptr, nullptr);
  close(listener);
  return {server, client};
}

}  // namespace

std::pair<int, int> connected_sockets(SocketKind kind) {
  int pair[2] = {-1, -1};
  if (kind == SocketKind::kTcp) {
    std::tie(pair[0], pair[1]) = tcp_sockets();
  } else {
    const int type = kind == SocketKind::kUnix ? SOCK_STREAM : SOCK_SEQPACKET;
    must(socketpair(AF_UNIX, type, 0, pair) == 0);
  }
  for (const int fd : pair) must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  return {pair[0], pair[1]};
}

std::string client_frame(int opcode, std::string_view payload, FrameOptions options) {
  std::string out;
  out += static_cast<char>((options.final ? 0x80 : 0) | options.reserved | opcode);
  const int mask_bit = options.masked ? 0x80 : 0;
  if (payload.size() < 126) {
    out += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else if (payload.size() < 65'536) {
    out += static_cast<char>(mask_bit | 126);
    for (int shift = 8; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift);
  } else {
    out += static_cast<char>(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift);
  }
  if (!options.masked) return out.append(payload);
  static constexpr char kMask[] = {0x37, 0x7a, 0x21, 0x3d};
  out.append(kMask, 4);
  for (size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return out;
}

std::string client_close(uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return client_frame(8, payload.append(reason));
}

WsClientSocket::WsClientSocket(uv_loop_t* loop, int fd)
    : fd_(fd), poll_(loop, fd, [this](uv::Ready ready) { on_ready(ready); }) {
  watch();
}

WsClientSocket::~WsClientSocket() {
  hang_up();
}

void WsClientSocket::hang_up() {
  if (fd_ < 0) return;
  poll_.watch(uv::Ready::kNone);
  close(fd_);
  fd_ = -1;
  ended = true;
}

void WsClientSocket::watch() {
  if (fd_ < 0) return;
  uv::Ready interest = uv::Ready::kNone;
  if (reading_ && !ended) interest = interest | uv::Ready::kReadable;
  if (!out_.empty()) interest = interest | uv::Ready::kWritable;
  poll_.watch(interest);
}

void WsClientSocket::stop_reading() {
  reading_ = false;
  watch();
}

void WsClientSocket::read_on() {
  reading_ = true;
  watch();
}

void WsClientSocket::send(std::string_view bytes) {
  out_ += bytes;
  write_some();
  watch();
}

void WsClientSocket::on_ready(uv::Ready ready) {
  if (has(ready, uv::Ready::kWritable)) write_some();
  if (has(ready, uv::Ready::kReadable) || has(ready, uv::Ready::kError)) read_some();
  watch();
}

void WsClientSocket::write_some() {
  while (!out_.empty() && fd_ >= 0) {
    const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) out_.clear();
      return;
    }
    out_.erase(0, static_cast<size_t>(sent));
  }
}

void WsClientSocket::read_some() {
  std::string buffer(256 * 1024, '\0');
  const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    ended = true;
    return;
  }
  reads.push_back(static_cast<size_t>(got));
  in_.append(buffer, 0, static_cast<size_t>(got));
  parse();
}

void WsClientSocket::parse() {
  size_t at = 0;
  if (head.empty()) {
    const size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    head = in_.substr(0, end + 4);
    at = end + 4;
  }
  while (in_.size() - at >= 2) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(in_[at + i]); };
    size_t header = 2;
    uint64_t length = byte(1) & 0x7f;
    if (length >= 126) {
      const size_t extra = length == 126 ? 2 : 8;
      if (in_.size() - at < 2 + extra) break;
      length = 0;
      for (size_t i = 0; i < extra; ++i) length = length << 8 | byte(2 + i);
      header += extra;
    }
    if (in_.size() - at < header + length) break;
    Frame frame{byte(0) & 0x0f, (byte(0) & 0x80) != 0, in_.substr(at + header, length)};
    at += header + length;
    on_frame(std::move(frame));
  }
  in_.erase(0, at);
}

void WsClientSocket::on_frame(Frame frame) {
  if (close_) ++frames_after_close;
  if (frame.opcode == 9 && answer_pings) send(client_frame(10, frame.payload));
  if (frame.opcode == 8 && !close_) {
    int code = 1005;
    std::string reason;
    if (frame.payload.size() >= 2) {
      code = static_cast<unsigned char>(frame.payload[0]) << 8 |
             static_cast<unsigned char>(frame.payload[1]);
      reason = frame.payload.substr(2);
    }
    close_ = {code, reason};
    if (answer_close) send(client_frame(8, frame.payload.substr(0, 2)));
  }
  frames.push_back(std::move(frame));
}

std::vector<std::string> WsClientSocket::texts() const {
  std::vector<std::string> out;
  for (const Frame& frame : frames) {
    if (frame.opcode == 1) out.push_back(frame.payload);
  }
  return out;
}

size_t WsClientSocket::count(int opcode) const {
  size_t number = 0;
  for (const Frame& frame : frames) number += frame.opcode == opcode ? 1 : 0;
  return number;
}

}  // namespace hermod::test
