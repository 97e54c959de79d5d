#include "flood/target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <time.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "kit/frame.h"

namespace hermod::bench {
namespace {

// One key for all connections: a server computes the response each time anyway.
constexpr std::string_view kKey = "aGVybW9kLWZsb29kLWtleQ==";

std::string read_key(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) die(path.c_str());
  std::string key{std::istreambuf_iterator<char>(file), {}};
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
  return key;
}

}  // namespace

Target::Target(TargetOptions options) : options_(std::move(options)) {
  const std::optional<Url> url = parse_url(options_.url);
  if (!url) {
    std::fprintf(stderr, "invalid URL, expected ws://HOST[:PORT]/PATH: %s\n", options_.url.c_str());
    std::exit(2);
  }
  url_ = *url;
  if (!options_.key_file.empty()) mint_.emplace(read_key(options_.key_file), options_.claims);
  resolve();
}

void Target::resolve() {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(url_.host.c_str(), url_.port.c_str(), &hints, &found)) {
    std::fprintf(stderr, "%s: %s\n", url_.host.c_str(), gai_strerror(error));
    std::exit(1);
  }
  std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
  address_size_ = found->ai_addrlen;
  freeaddrinfo(found);
  const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(&address_);
  loopback_ = address_.ss_family == AF_INET && ntohl(ipv4->sin_addr.s_addr) >> 24 == 127;
}

Fd Target::connect(size_t number, int receive_buffer) const {
  Fd fd(must(socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer > 0) {
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  if (loopback_ && options_.sources > 1) {
    // connect() then selects the port, which only has to be free for this destination.
    setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr =
        htonl(INADDR_LOOPBACK + static_cast<uint32_t>(number % options_.sources));
    must(bind(fd.get(), reinterpret_cast<const sockaddr*>(&source), sizeof source), "bind");
  }
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address_), address_size_) < 0 &&
      errno != EINPROGRESS) {
    fd.reset();
  }
  return fd;
}

std::string Target::token(const std::string& user) const {
  return mint_ ? mint_->mint(user, time(nullptr)) : std::string();
}

std::string Target::request(const std::string& user, const std::string& token) const {
  std::string head = "GET " + fill_in(url_.target, user, token) + " HTTP/1.1\r\nHost: ";
  head += url_.host_header;
  head += "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  head += "Sec-WebSocket-Key: ";
  head += kKey;
  head += "\r\n\r\n";
  return head;
}

std::string Target::hello(const std::string& user, const std::string& token) const {
  if (options_.hello.empty()) return {};
  return client_frame(Opcode::kText, fill_in(options_.hello, user, token), 0x5a5a5a5a);
}

bool Target::agreed(std::string_view head) const {
  static const std::string accept = accept_of_key(kKey);
  return head.substr(0, 13) == "HTTP/1.1 101 " && head.find(accept) != std::string_view::npos;
}

}  // namespace hermod::bench
