#include "console/console_guard.h"

#include <gtest/gtest.h>

#include <list>

#include "support/fake_clock.h"
#include "support/header_field.h"
#include "support/recording_log.h"

namespace hermod {
namespace {

using test::field;

constexpr uint16_t kPort = 8080;
constexpr std::string_view kToken = "0123456789abcdef";
constexpr std::string_view kSecret = "fedcba9876543210";

RequestHead request(std::string_view host, std::string_view bearer = {}) {
  RequestHead head;
  head.method = "GET";
  head.host = field(host);
  if (!bearer.empty()) head.authorization = field("Bearer " + std::string(bearer));
  return head;
}

RequestHead change(std::string_view host, std::string_view bearer = {}) {
  RequestHead head = request(host, bearer);
  head.method = "POST";
  head.console = field("1");
  head.content_type = field("application/json");
  return head;
}

class ConsoleGuardTest : public ::testing::Test {
 protected:
  using Rights = ConsoleOptions::Rights;

  ConsoleGuard guard(Rights rights, std::string_view token, std::string_view secret) {
    accesses.emplace_back(AdminAccessDependencies{clock, log, stats},
                          AdminSecrets{std::string(token), std::string(secret)});
    return {accesses.back(), {rights}};
  }
  // With a configured key and without ADMIN_TOKEN.
  ConsoleGuard bare() { return guard(Rights::kFull, "", ""); }
  ConsoleGuard with_token() { return guard(Rights::kFull, kToken, ""); }
  ConsoleGuard with_secret() { return guard(Rights::kFull, "", kSecret); }

  // The status of the fault, or 0 for figures and 1 for everything.
  static int outcome(ConsoleGuard& guarded, const RequestHead& head, const IpAddress& peer) {
    const auto judged = guarded.validate({head, peer, kPort});
    if (const auto* fault = std::get_if<Fault>(&judged)) return fault->status;
    return std::get<ConsoleDetail>(judged) == ConsoleDetail::kEverything ? 1 : 0;
  }

  test::FakeClock clock;
  test::RecordingLog log;
  Stats stats;
  std::list<AdminAccess> accesses;  // of the guards
  IpAddress here = parse_address("127.0.0.1").value();
  IpAddress elsewhere = parse_address("203.0.113.9").value();
};

// Requests through a proxy on this machine that adds no header look like local requests.
TEST_F(ConsoleGuardTest, NoPlaceToComeFromReplacesTheSecret) {
  for (ConsoleGuard guarded : {bare(), with_token(), with_secret()}) {
    for (const char* host : {"localhost:8080", "127.0.0.1:8080", "[::1]:8080", "staging.example"}) {
      EXPECT_EQ(outcome(guarded, change(host), here), 401) << host;
    }
  }
}

TEST_F(ConsoleGuardTest, TheSecretMintsFromAnywhere) {
  ConsoleGuard guarded = with_secret();
  EXPECT_EQ(outcome(guarded, change("localhost:8080", kSecret), here), 1);
  EXPECT_EQ(outcome(guarded, change("dev.example", kSecret), elsewhere), 1);
  EXPECT_EQ(outcome(guarded, change("localhost:8080", kToken), here), 401);
  ConsoleGuard both = guard(Rights::kFull, kToken, kSecret);
  EXPECT_EQ(outcome(both, change("x", kSecret), elsewhere), 1);
  EXPECT_EQ(outcome(both, change("x", kToken), elsewhere), 1);
}

TEST_F(ConsoleGuardTest, AnEmptySecretOpensNothing) {
  ConsoleGuard guarded = bare();
  RequestHead head = change("localhost:8080");
  head.authorization = field("Bearer ");
  EXPECT_EQ(outcome(guarded, head, here), 401);
}

TEST_F(ConsoleGuardTest, WithoutASecretThisMachineIsShownFiguresOnly) {
  ConsoleGuard guarded = with_secret();
  EXPECT_EQ(outcome(guarded, request("localhost:8080"), here), 0);
  EXPECT_EQ(outcome(guarded, request("localhost:8080"), parse_address("::1").value()), 0);
  EXPECT_EQ(outcome(guarded, request("localhost:8080"), elsewhere), 401);
  EXPECT_EQ(outcome(guarded, request("evil.example:8080"), here), 401);
  EXPECT_EQ(outcome(guarded, request("localhost:8080", kSecret), here), 1);
  RequestHead forwarded = request("localhost:8080");
  forwarded.forwarded = true;
  EXPECT_EQ(outcome(guarded, forwarded, here), 401);
  EXPECT_FALSE(guarded.fault_of_page());  // the page contains no data
  ConsoleGuard token = with_token();
  EXPECT_EQ(outcome(token, request("localhost:8080"), here), 401);
}

TEST_F(ConsoleGuardTest, InProductionItIsOffOrShowsOnly) {
  ConsoleGuard off = guard(Rights::kReadOnly, "", "");
  EXPECT_EQ(off.fault_of_page()->status, 404);
  EXPECT_EQ(outcome(off, request("localhost:8080"), here), 404);
  ConsoleGuard on = guard(Rights::kReadOnly, kToken, "");
  EXPECT_EQ(outcome(on, request("localhost:8080"), here), 401);
  EXPECT_EQ(outcome(on, request("x", kToken), elsewhere), 1);
  EXPECT_EQ(outcome(on, change("x", kToken), elsewhere), 403);
  accesses.back().set_token("");
  EXPECT_EQ(outcome(on, request("x", kToken), elsewhere), 404);
}

TEST_F(ConsoleGuardTest, GuessesAreLimitedForTheProcessAndTheRightTokenPassesAllTheSame) {
  ConsoleGuard guarded = with_token();
  for (int i = 0; i < 10; ++i) {
    const IpAddress from = parse_address("203.0.113." + std::to_string(i)).value();
    EXPECT_EQ(outcome(guarded, request("x", "wrong"), from), 401);
  }
  const auto judged = guarded.validate({request("x", "wrong"), here});
  ASSERT_TRUE(std::holds_alternative<Fault>(judged));
  EXPECT_EQ(std::get<Fault>(judged).status, 429);
  EXPECT_EQ(std::get<Fault>(judged).retry_after_s, 60);
  EXPECT_EQ(outcome(guarded, request("x", kToken), elsewhere), 1);
  EXPECT_EQ(stats.refusals["ADMIN_TOKEN"], 11U);
  EXPECT_EQ(stats.limits_struck["admin_token_guesses"], 1U);
  EXPECT_TRUE(log.has("a wrong ADMIN_TOKEN"));
  EXPECT_FALSE(log.has("\"wrong\""));
  clock.advance(AdminAccess::kWindowMs);
  EXPECT_EQ(outcome(guarded, request("x", "wrong"), elsewhere), 401);
}

TEST_F(ConsoleGuardTest, AMissingTokenIsNoGuess) {
  ConsoleGuard guarded = with_token();
  RequestHead basic = request("x");
  basic.authorization = field("Basic abc");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(outcome(guarded, request("x"), elsewhere), 401);
    EXPECT_EQ(outcome(guarded, basic, elsewhere), 401);
  }
  EXPECT_EQ(stats.refusals.count("ADMIN_TOKEN"), 0U);
  EXPECT_EQ(outcome(guarded, request("x", "wrong"), elsewhere), 401);
}

}  // namespace
}  // namespace hermod
