// An echo server for conformance suites (Autobahn). It uses the WebSocket layer of the service; the
// only differences are that it echoes complete messages, and that its limits suit the suite. It
// prints its port and runs until it is killed.
//
//   ws_echo [PORT]
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "core/hub.h"
#include "uv/loop.h"
#include "uv/poll.h"
#include "ws/ws_server.h"

namespace hermod {
namespace {

class SilentLog final : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
  void write_limited(std::string_view, LogLevel, std::string_view,
                     std::initializer_list<LogField>) override {}
};

class NoBus final : public Bus {
 public:
  Result<void> start(BusListener&, PublishListener&) override { return {}; }
  ShardId shard_of(std::string_view) const override { return 0; }
  void publish(const Publication&) override {}
  void subscribe(std::string_view) override {}
  void unsubscribe(std::string_view) override {}
  void replay(const ReplayRequest&, ReplayDone) override {}
  void acknowledge(const Acknowledgement&) override {}
  void end_cursor(std::string_view, const Cursor&, CursorEnd) override {}
  void revoke(const RevokeRequest&, RevokeDone) override {}
  BusStatus status() const override { return {}; }
  void close(Closed) override {}
};

class NoVerifier final : public Verifier {
 public:
  Verdict verify(std::string_view, int64_t) override { return Denied::kMissing; }
};

class Echo final : public MessageHandler {
 public:
  void on_message(PeerTraffic& client, Opcode opcode, std::string_view payload) override {
    client.reply(opcode, payload);
  }
};

// Reads the request head of each client. It uses only Sec-WebSocket-Key and validates nothing else.
class Door {
 public:
  Door(uv_loop_t* loop, int listener, WsServer& server)
      : loop_(loop),
        listener_(listener),
        server_(server),
        poll_(loop, listener, [this](uv::Ready) { accept_one(); }) {
    poll_.watch(uv::Ready::kReadable);
  }

 private:
  struct Client {
    std::unique_ptr<uv::Poll> poll;
    std::string head;
  };

  void accept_one() {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    Client& client = clients_[fd];
    client.poll = std::make_unique<uv::Poll>(loop_, fd, [this, fd](uv::Ready) { read(fd); });
    client.poll->watch(uv::Ready::kReadable);
  }

  void read(int fd) {
    Client& client = clients_[fd];
    char buffer[4096];
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got > 0) client.head.append(buffer, static_cast<size_t>(got));
    const size_t end = client.head.find("\r\n\r\n");
    if (got > 0 && end == std::string::npos) return;
    const std::string head = std::move(client.head);
    clients_.erase(fd);
    const size_t key = head.find("Sec-WebSocket-Key: ");
    if (end == std::string::npos || key == std::string::npos) {
      ::close(fd);
      return;
    }
    UpgradeRequest request;
    request.verdict = Identity{"echo", INT64_MAX / 2};
    request.key = head.substr(key + 19, head.find("\r\n", key) - key - 19);
    request.early_bytes = head.substr(end + 4);
    server_.adopt(fd, std::move(request));
  }

  uv_loop_t* loop_;
  int listener_;
  WsServer& server_;
  std::map<int, Client> clients_;
  uv::Poll poll_;
};

int listen_on(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(fd, 64) != 0)
    return -1;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

int run(uint16_t port) {
  uv::OwnLoop loop;
  SilentLog log;
  SystemClock clock;
  Stats stats;
  Observers observers;
  NoBus bus;
  NoVerifier verifier;
  Echo echo;
  HubOptions hub_options;
  hub_options.sessions_per_user_max = 1'000;
  Hub hub(bus, {clock, log, stats, observers}, hub_options);
  auto context = LwsContext::create(loop.get(), log);
  if (!context) return 1;
  WsOptions options;
  options.on_message = &echo;
  options.inbound = {.message_bytes_max = 64 * 1024 * 1024,
                     .frames_per_second = 100'000'000,
                     .bytes_per_second = 2'000'000'000};
  WsServer server(loop.get(), *context.value(), hub, verifier, clock, log, stats, options);
  const int listener = listen_on(port);
  if (listener < 0) return 1;
  const Door door(loop.get(), listener, server);
  loop.run();
  return 0;
}

}  // namespace
}  // namespace hermod

int main(int argc, char** argv) {
  return hermod::run(argc > 1 ? static_cast<uint16_t>(std::atoi(argv[1])) : 0);
}
