#include "http/connection_manager.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "support/http_server_test.h"

namespace hermod {
namespace {

// Sockets with a peer address that the test chooses.
class ConnectionManagerTest : public test::LoopTest {
 protected:
  ~ConnectionManagerTest() {
    for (const int fd : clients) close(fd);
  }
  void TearDown() override {
    connection_manager->clear();
    connection_manager.reset();
    LoopTest::TearDown();
  }

  int arrive(const char* address, std::string_view bytes) {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    clients.push_back(ends[0]);
    EXPECT_EQ(write(ends[0], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    sockaddr_storage peer{};
    auto& v4 = reinterpret_cast<sockaddr_in&>(peer);
    v4.sin_family = AF_INET;
    inet_pton(AF_INET, address, &v4.sin_addr);
    connection_manager->on_socket(ends[1], peer);
    return ends[0];
  }

  static std::string read_all(int fd) {
    char buffer[4096];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    return got > 0 ? std::string(buffer, static_cast<size_t>(got)) : std::string();
  }

  static bool has_ended(int fd) {
    char byte = 0;
    return recv(fd, &byte, 1, MSG_PEEK) == 0;
  }

  std::vector<int> clients;
  test::FakeVerifier verifier;
  test::FakeClock clock;
  test::RecordingLog log;
  Stats stats;
  test::FakeHealth health;
  test::FakeUpgrades upgrades;
  Admission admission{{.sockets_max = 2}, {}};
  CheckQueue checks{{}};
  RefusalBudget refusals{{}};
  Pages pages{health, clock};
  UpgradePolicy upgrade_policy{{verifier, clock, log, stats, health, checks, refusals, upgrades},
                               {}};
  RequestRouter router{{{&pages}, upgrade_policy, health, clock, stats, log}};
  std::unique_ptr<ConnectionManager> connection_manager = std::make_unique<ConnectionManager>(
      loop(), ConnectionManagerDependencies{router, admission, checks, upgrades, clock, stats},
      ConnectionManagerLimits{});
};

TEST_F(ConnectionManagerTest, ACompleteHeadIsAnsweredAtOnce) {
  const int fd = arrive("203.0.113.9", test::get_request("/healthz/live"));
  EXPECT_TRUE(read_all(fd).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ConnectionManagerTest, AnUpgradeIsHandedOverAtOnce) {
  arrive("203.0.113.9", test::upgrade_request("/ws?token=good.ann"));
  ASSERT_EQ(upgrades.adopted.size(), 1U);
  EXPECT_EQ(to_string(upgrades.adopted[0].second.client_address), "203.0.113.9");
  EXPECT_EQ(connection_manager->size(), 0U);
}

TEST_F(ConnectionManagerTest, OneAnswerATurnForWhoAsksForMany) {
  std::string requests;
  for (int i = 0; i < 32; ++i) requests += test::get_request("/healthz/live");
  const int greedy = arrive("203.0.113.9", requests);
  const auto answers = [greedy] {
    const std::string text = read_all(greedy);
    size_t count = 0;
    for (size_t at = 0; (at = text.find("HTTP/1.1 200", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  size_t total = 0;
  size_t most = 0;
  run_until([&] {
    const size_t now = answers();
    most = std::max(most, now);
    return (total += now) == 32;
  });
  EXPECT_EQ(most, 1U);
}

// Refusing the new connection instead would let one client keep all others of its address out.
TEST_F(ConnectionManagerTest, AtTheBoundOfAnAddressItsOldestSocketGivesWay) {
  const int first = arrive("203.0.113.9", "GET ");
  clock.advance(1);
  const int second = arrive("203.0.113.9", "GET ");
  const int other = arrive("203.0.113.10", "GET ");
  EXPECT_TRUE(read_all(arrive("203.0.113.9", test::get_request("/healthz/live")))
                  .starts_with("HTTP/1.1 200"));
  EXPECT_EQ(stats.limits_struck["sockets_per_address"], 1U);
  EXPECT_TRUE(has_ended(first));
  EXPECT_FALSE(has_ended(second));
  EXPECT_FALSE(has_ended(other));
}

TEST_F(ConnectionManagerTest, ASocketThatWasAnsweredCountsStill) {
  const int idle = arrive("203.0.113.9", test::get_request("/healthz/live"));
  EXPECT_TRUE(read_all(idle).starts_with("HTTP/1.1 200"));
  settle();
  const int silent = arrive("203.0.113.9", "GET ");
  arrive("203.0.113.9", "GET ");
  EXPECT_EQ(stats.limits_struck["sockets_per_address"], 1U);
  EXPECT_TRUE(has_ended(idle));  // ends before one whose request is not complete
  EXPECT_FALSE(has_ended(silent));
  EXPECT_EQ(connection_manager->size(), 2U);
}

TEST_F(ConnectionManagerTest, LoopbackHasNoBoundOfItsOwn) {
  for (int i = 0; i < 5; ++i) arrive("127.0.0.1", "GET ");
  EXPECT_EQ(connection_manager->size(), 5U);
}

TEST_F(ConnectionManagerTest, TheSilentHoldAQuarterOfTheDescriptorsAtMost) {
  connection_manager = std::make_unique<ConnectionManager>(
      loop(), ConnectionManagerDependencies{router, admission, checks, upgrades, clock, stats},
      ConnectionManagerLimits{.descriptors_max = 400});
  for (int i = 0; i < 150; ++i) arrive(("203.0.113." + std::to_string(i)).c_str(), "GET ");
  EXPECT_EQ(connection_manager->size(), 100U);
  EXPECT_EQ(stats.limits_struck["http_sockets"], 50U);
  EXPECT_EQ(stats.limits_struck.count("descriptors"), 0U);
}

TEST_F(ConnectionManagerTest, WhoIsDroppedIsForgotten) {
  for (int round = 0; round < 3; ++round) {
    arrive("203.0.113.9", "GET ");
    arrive("203.0.113.9", "GET ");
    EXPECT_EQ(connection_manager->size(), 2U);
    clock.advance(10'000);
    run_until([&] { return connection_manager->size() == 0; });
  }
  EXPECT_EQ(stats.limits_struck["head_seconds"], 6U);
  EXPECT_EQ(stats.limits_struck.count("sockets_per_address"), 0U);
}

}  // namespace
}  // namespace hermod
