#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "kit/clock.h"
#include "kit/epoll.h"
#include "kit/numbered_text.h"
#include "kit/url.h"
#include "publish_load/load.h"
#include "publish_load/pace.h"

namespace hermod::bench {
namespace {

// Commands per write: below the window, so that Redis has work while the next ones are built.
constexpr uint64_t kWriteMax = 250;

Fd connect_to(const std::string& server) {
  const size_t colon = server.rfind(':');
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(server.substr(0, colon).c_str(), server.substr(colon + 1).c_str(), &hints,
                  &found) != 0) {
    std::fprintf(stderr, "invalid address, expected HOST:PORT: %s\n", server.c_str());
    std::exit(2);
  }
  Fd fd(must(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  must(connect(fd.get(), found->ai_addr, found->ai_addrlen), "connect to Redis");
  freeaddrinfo(found);
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// The RESP bytes of PUBLISH to one user, with the message at the end.
class Command {
 public:
  Command(const LoadOptions& options, uint64_t user)
      : text_(options.user(user), options.bytes == 0 ? 300 : options.bytes) {
    const std::string channel = fill_in(options.channel, options.user(user), "");
    head_ = "*3\r\n$7\r\nPUBLISH\r\n$" + std::to_string(channel.size()) + "\r\n" + channel;
    head_ += "\r\n$" + std::to_string(text_.text().size()) + "\r\n";
  }

  void append_to(std::string& out, uint64_t sequence) {
    text_.stamp(sequence, wall_ns());
    out.append(head_).append(text_.text()).append("\r\n");
  }

 private:
  NumberedText text_;
  std::string head_;
};

class Pipeline {
 public:
  explicit Pipeline(const std::string& server) : fd_(connect_to(server)) {}

  void write(const std::string& bytes) {
    for (size_t sent = 0; sent < bytes.size();) {
      sent += static_cast<size_t>(must(
          static_cast<int>(send(fd_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL)),
          "send to Redis"));
    }
  }

  // Reads the replies that have arrived; with kWait, waits for at least one.
  enum class Mode { kWait, kLook };
  void read(Mode mode, LoadResult& result) {
    std::array<char, 65536> bytes;
    const int flags = mode == Mode::kLook ? MSG_DONTWAIT : 0;
    const ssize_t got = recv(fd_.get(), bytes.data(), bytes.size(), flags);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("Redis closed the connection");
    inbox_.append(bytes.data(), static_cast<size_t>(got));
    size_t begin = 0;
    for (size_t end = inbox_.find('\n'); end != std::string::npos; end = inbox_.find('\n', begin)) {
      take(inbox_.c_str() + begin, result);
      begin = end + 1;
    }
    inbox_.erase(0, begin);
  }

 private:
  static void take(const char* line, LoadResult& result) {
    if (*line == ':') {
      ++result.acknowledged;
      result.receivers += std::strtoull(line + 1, nullptr, 10);
      return;
    }
    if (++result.failed == 1) std::fprintf(stderr, "%.*s\n", 80, line);
  }

  Fd fd_;
  std::string inbox_;
};

}  // namespace

LoadResult load_redis(const LoadOptions& options) {
  LoadResult result;
  Pipeline redis(options.server);
  std::vector<Command> commands;
  for (uint64_t i = 0; i < options.users; ++i) commands.emplace_back(options, i);

  const Pace pace(options.rate, options.count);
  const int64_t began_ns = steady_ns();
  const auto answered = [&result] { return result.acknowledged + result.failed; };
  std::string out;
  for (uint64_t sent = 0; sent < options.count;) {
    const uint64_t due = pace.due(steady_ns());
    out.clear();
    for (uint64_t n = 0; n < kWriteMax && sent < due && sent - answered() < options.window; ++n) {
      const Turn turn = turn_of(sent++, options.users, options.burst);
      commands[turn.user].append_to(out, turn.sequence);
    }
    if (!out.empty()) redis.write(out);
    const bool full = sent - answered() >= options.window;
    redis.read(full ? Pipeline::Mode::kWait : Pipeline::Mode::kLook, result);
    if (!full && sent >= due && sent < options.count) sleep_until(pace.due_ns(sent));
  }
  while (answered() < options.count) redis.read(Pipeline::Mode::kWait, result);
  result.took_ns = steady_ns() - began_ns;
  return result;
}

}  // namespace hermod::bench
