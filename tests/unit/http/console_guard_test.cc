#include "http/console_guard.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace hermod {
namespace {

constexpr uint16_t kPort = 8080;
constexpr std::string_view kToken = "0123456789abcdef";

RequestHead request(std::string_view host) {
  RequestHead head;
  head.method = "GET";
  head.host = {std::string(host), 1};
  return head;
}

HeaderField field(std::string_view value) {
  return {std::string(value), 1};
}

class ConsoleGuardTest : public ::testing::Test {
 protected:
  ConsoleGuard guard(ConsoleOptions options) {
    ConsoleGuard made(admission, clock, std::move(options));
    made.set_port(kPort);
    return made;
  }
  ConsoleGuard local() {
    return guard({ConsoleOptions::Opening::kLocal, ConsoleOptions::Rights::kFull, ""});
  }
  ConsoleGuard with_token() {
    return guard(
        {ConsoleOptions::Opening::kToken, ConsoleOptions::Rights::kFull, std::string(kToken)});
  }
  static int status(const std::optional<Fault>& fault) { return fault ? fault->status : 200; }

  test::FakeClock clock;
  Admission admission{{.failures_max = 3}, {}};
  IpAddress here = parse_address("127.0.0.1").value();
  IpAddress elsewhere = parse_address("203.0.113.9").value();
};

TEST_F(ConsoleGuardTest, WithoutATokenAPeerElsewhereIsRefused) {
  ConsoleGuard judge = local();
  const RequestHead head = request("localhost:8080");
  EXPECT_EQ(status(judge.fault_of({head, here})), 200);
  EXPECT_EQ(status(judge.fault_of({head, parse_address("::1").value()})), 200);
  EXPECT_EQ(status(judge.fault_of({head, elsewhere})), 403);
  EXPECT_EQ(status(judge.fault_of_page({head, elsewhere})), 403);
}

TEST_F(ConsoleGuardTest, TheHostIsThisMachineWithOurPort) {
  const auto is_local = [this](std::string_view host, uint16_t port) {
    return is_local_request({request(host), here}, port);
  };
  EXPECT_TRUE(is_local("localhost", 80));
  EXPECT_TRUE(is_local("[::1]", 80));
  EXPECT_TRUE(is_local("[::1]:8080", kPort));
  for (const char* host : {"localhost", "localhost:80", "::1:8080", "[::1", "localhost:8080 ",
                           "localhost:", "localhost:+8080", "localhost:73616", "127.1:8080",
                           "localhost.:8080", "localhost:8080, localhost:8080"}) {
    EXPECT_FALSE(is_local(host, kPort)) << host;
  }
  RequestHead twice = request("localhost:8080");
  twice.host.count = 2;
  EXPECT_FALSE(is_local_request({twice, here}, kPort));
}

TEST_F(ConsoleGuardTest, TooManyBadTokensBlockTheirAddressAndNoOther) {
  ConsoleGuard judge = with_token();
  RequestHead head = request("ops.example");
  head.authorization = field("Bearer wrong");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(judge.fault_of({head, elsewhere})), 401);
  head.authorization = field("Bearer " + std::string(kToken));
  const auto blocked = judge.fault_of({head, elsewhere});
  EXPECT_EQ(status(blocked), 429);
  EXPECT_GT(blocked->retry_after_s, 0);
  EXPECT_EQ(status(judge.fault_of({head, parse_address("203.0.113.10").value()})), 200);
}

TEST_F(ConsoleGuardTest, WhoSendsNoTokenIsNotBlockedForIt) {
  ConsoleGuard judge = with_token();
  RequestHead head = request("ops.example");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status(judge.fault_of({head, elsewhere})), 401);
  head.authorization = field("bearer " + std::string(kToken));
  EXPECT_EQ(status(judge.fault_of({head, elsewhere})), 200);
}

TEST_F(ConsoleGuardTest, OnlyItsOwnPageOnThisMachineMayConnectUnlisted) {
  RequestHead head = request("localhost:8080");
  EXPECT_FALSE(local().admits_socket({head, here}));
  head.origin = field("http://localhost:8080");
  EXPECT_TRUE(local().admits_socket({head, here}));
  EXPECT_FALSE(local().admits_socket({head, elsewhere}));
  EXPECT_FALSE(guard({}).admits_socket({head, here}));
  EXPECT_FALSE(guard({ConsoleOptions::Opening::kToken, ConsoleOptions::Rights::kReadOnly,
                      std::string(kToken)})
                   .admits_socket({head, here}));
  head.origin = field("http://localhost:5173");
  EXPECT_FALSE(local().admits_socket({head, here}));
}

}  // namespace
}  // namespace hermod
