#include "net/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <list>
#include <vector>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "support/http_client.h"
#include "support/loop_test.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

class AcceptorTest : public test::LoopTest, public SocketSink {
 protected:
  void on_exhausted() override {}
  void on_socket(int fd, const sockaddr_storage& peer) override {
    int delay = 0;
    socklen_t length = sizeof delay;
    getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &delay, &length);
    EXPECT_NE(delay, 0);
    EXPECT_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_TRUE(to_address(peer).is_loopback());
    ++accepted;
    close(fd);
  }

  // Connects and sends a byte, because of TCP_DEFER_ACCEPT.
  static bool attempt(int fd, const char* host, uint16_t port) {
    const IpAddress address = parse_address(host).value();
    sockaddr_in6 where{};
    where.sin6_family = AF_INET6;
    where.sin6_port = htons(port);
    std::copy(address.bytes.begin(), address.bytes.end(), where.sin6_addr.s6_addr);
    return connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
           send(fd, "a", 1, MSG_NOSIGNAL) == 1;
  }

  bool reaches(const char* host, uint16_t port) {
    const UniqueFd client(new_socket());
    const bool connected = attempt(client.get(), host, port);
    const int before = accepted;
    if (connected) run_until([&] { return accepted > before; });
    return connected;
  }

  static int new_socket() { return socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0); }

  // Opens `size` connections that wait to be accepted.
  std::list<UniqueFd> crowd_at(uint16_t port, int size) {
    std::list<UniqueFd> crowd;
    for (int i = 0; i < size; ++i) {
      EXPECT_TRUE(attempt(crowd.emplace_back(new_socket()).get(), "127.0.0.1", port));
    }
    return crowd;
  }

  static bool has_ipv6() {
    const int fd = socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 where{};
    where.sin6_family = AF_INET6;
    where.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    close(fd);
    return bound;
  }

  test::RecordingLog log;
  int accepted = 0;
};

TEST_F(AcceptorTest, ListensOnAnyPortAndSaysWhich) {
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "0.0.0.0"}).ok());
  EXPECT_NE(acceptor.port(), 0);
  EXPECT_TRUE(reaches("127.0.0.1", acceptor.port()));
  acceptor.stop();
  EXPECT_FALSE(reaches("127.0.0.1", acceptor.port()));
  acceptor.stop();
}

TEST_F(AcceptorTest, AcceptsAllOfACrowd) {
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "127.0.0.1"}).ok());
  std::list<test::HttpClient> crowd;
  for (int i = 0; i < 50; ++i) crowd.emplace_back(loop(), acceptor.port()).send("a");
  run_until([&] { return accepted == 50; });
}

TEST_F(AcceptorTest, ServesACrowdOverTurnsSoThatOthersHaveTheirs) {
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "127.0.0.1"}).ok());
  const auto crowd = crowd_at(acceptor.port(), 300);
  std::vector<int> turns;
  while (accepted < 300) {
    const int before = accepted;
    uv_run(loop(), UV_RUN_ONCE);
    turns.push_back(accepted - before);
  }
  EXPECT_GE(turns.size(), 3u);
  EXPECT_LE(*std::max_element(turns.begin(), turns.end()), 150);
}

TEST_F(AcceptorTest, ALookOutsideTakesEverybodyInAndServesThemLater) {
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "127.0.0.1"}).ok());
  const auto crowd = crowd_at(acceptor.port(), 20);
  acceptor.accept_pending();
  EXPECT_EQ(accepted, 0);
  run_until([&] { return accepted == 20; });
}

TEST_F(AcceptorTest, WhoWasTakenInBeforeTheEndIsServed) {
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "127.0.0.1"}).ok());
  const auto crowd = crowd_at(acceptor.port(), 20);
  acceptor.accept_pending();
  acceptor.stop();
  EXPECT_EQ(accepted, 20);
}

TEST_F(AcceptorTest, ANameIsListenedOnByAllItsAddresses) {
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "localhost"}).ok());
  EXPECT_TRUE(reaches("127.0.0.1", acceptor.port()));
}

TEST_F(AcceptorTest, TheIpv6WildcardIsEverybody) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  Acceptor acceptor(loop(), log, *this);
  ASSERT_TRUE(acceptor.listen({.host = "::"}).ok());
  EXPECT_TRUE(reaches("127.0.0.1", acceptor.port()));
  EXPECT_TRUE(reaches("::1", acceptor.port()));
}

TEST_F(AcceptorTest, ErrorsNameTheAddressAndTheReason) {
  Acceptor first(loop(), log, *this);
  ASSERT_TRUE(first.listen({.host = "127.0.0.1"}).ok());
  Acceptor second(loop(), log, *this);
  const auto in_use = second.listen({.host = "127.0.0.1", .port = first.port()});
  ASSERT_FALSE(in_use.ok());
  EXPECT_EQ(in_use.error().code, ErrorCode::kInitialization);
  EXPECT_EQ(in_use.error().message, "cannot listen on 127.0.0.1 port " +
                                        std::to_string(first.port()) + ": Address already in use");
  const auto unassigned = second.listen({.host = "203.0.113.1"});
  ASSERT_FALSE(unassigned.ok());
  EXPECT_NE(unassigned.error().message.find("Cannot assign requested address"), std::string::npos);
  EXPECT_FALSE(second.listen({.host = "no such host"}).ok());
}

TEST_F(AcceptorTest, TakesOverAListeningDescriptor) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
  Acceptor acceptor(loop(), log, *this);
  EXPECT_FALSE(acceptor.listen({.inherited_descriptor = fd}).ok());
  ASSERT_EQ(::listen(fd, 8), 0);
  ASSERT_TRUE(acceptor.listen({.inherited_descriptor = fd}).ok());
  EXPECT_TRUE(reaches("127.0.0.1", acceptor.port()));
}

}  // namespace
}  // namespace hermod
