#include <sys/resource.h>
#include <unistd.h>

#include <list>
#include <random>
#include <string>

#include "support/http_server_test.h"

namespace hermod {
namespace {

using test::HttpAnswer;
using test::HttpClient;

using HttpLimitsTest = test::HttpServerTest;

TEST_F(HttpLimitsTest, HalfRequestsAreDroppedAfterTenSeconds) {
  open();
  HttpClient half(loop(), port());
  half.send("GET /healthz HTTP/1.1\r\nHost");
  run_until([&] { return door->socket_count() == 1; });
  clock.advance(9'999);
  half.send(": x\r\n");  // further bytes do not extend the deadline
  settle();
  EXPECT_FALSE(half.ended);
  clock.advance(1);
  run_until([&] { return half.ended; });
  EXPECT_EQ(half.received, "");
  EXPECT_EQ(stats.limits_struck["head_seconds"], 1U);
}

TEST_F(HttpLimitsTest, TheTimeOfALaterHeadBeginsWithItsFirstByte) {
  open();
  HttpClient client(loop(), port());
  client.send(test::get_request("/healthz"));
  EXPECT_EQ(answer_of(client).status, 200);
  settle();
  clock.advance(14'000);
  client.send("GET ");
  settle();
  clock.advance(9'000);
  client.send("/healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer_of(client).status, 200);
}

TEST_F(HttpLimitsTest, IdleConnectionsAreClosed) {
  open();
  HttpClient client(loop(), port());
  client.send(test::get_request("/healthz"));
  EXPECT_EQ(answer_of(client).status, 200);
  settle();
  clock.advance(15'000);
  run_until([&] { return client.ended; });
  EXPECT_FALSE(client.was_reset);
}

TEST_F(HttpLimitsTest, LingeringHasAnEnd) {
  open();
  HttpClient client(loop(), port());
  client.send(test::get_request("/healthz", "Connection: close\r\n"));
  EXPECT_EQ(answer_of(client).status, 200);
  run_until([&] { return client.ended; });
  EXPECT_EQ(door->socket_count(), 1U);
  clock.advance(2'000);
  run_until([&] { return door->socket_count() == 0; });
}

TEST_F(HttpLimitsTest, WhoSendsWithoutEndBehindTheLastAnswerIsCut) {
  open();
  HttpClient client(loop(), port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n");
  EXPECT_EQ(answer_of(client).status, 405);
  const std::string part(30'000, 'a');
  run_until([&] {
    client.send(part);
    return door->socket_count() == 0;
  });
}

TEST_F(HttpLimitsTest, SlowReadersGetEveryByte) {
  open();
  std::string text;
  for (int i = 0; text.size() < (8U << 20); ++i) text += "line " + std::to_string(i) + "\n";
  health.metrics_text = text;
  HttpClient client(loop(), port());
  client.stop_reading();
  client.send(test::get_request("/metrics") + test::get_request("/healthz/live"));
  run_until([&] { return stats.http_in_progress == 1; });
  settle();
  EXPECT_EQ(get("/healthz/live").status, 200);  // other clients are not affected
  client.read_on();
  const HttpAnswer answer = answer_of(client);
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(answer.body, text);
  EXPECT_EQ(answer_of(client).body, "{\"status\":\"alive\"}");
}

TEST_F(HttpLimitsTest, WhoNeverReadsIsCutInTheEnd) {
  open();
  health.metrics_text = std::string(16 << 20, 'm');
  HttpClient client(loop(), port());
  client.stop_reading();
  client.send(test::get_request("/metrics"));
  run_until([&] { return stats.http_in_progress == 1; });
  settle();
  clock.advance(30'000);
  run_until([&] { return door->socket_count() == 0; });
  EXPECT_EQ(stats.http_in_progress, 0U);
  EXPECT_EQ(stats.limits_struck["answer_seconds"], 1U);
}

TEST_F(HttpLimitsTest, WhoResetsTheConnectionIsForgotten) {
  open();
  health.metrics_text = std::string(16 << 20, 'm');
  for (const std::string& request : {std::string("GET "), test::get_request("/metrics")}) {
    {
      HttpClient client(loop(), port());
      client.stop_reading();
      client.send(request);
      run_until([&] { return door->socket_count() == 1; });
      client.reset_at_end();
    }
    run_until([&] { return door->socket_count() == 0; });
  }
}

TEST_F(HttpLimitsTest, RandomBytesHarmNobody) {
  open();
  HttpClient witness(loop(), port());
  std::mt19937 random(20250615);
  const std::string start = test::upgrade_request("/ws?token=good.ann");
  for (int i = 0; i < 1'000; ++i) {
    std::string blob;
    if (i % 3 == 0) blob = start.substr(0, random() % start.size());
    const size_t bytes = random() % 2'000;
    while (blob.size() < bytes) {
      blob += static_cast<char>(i % 2 == 0 ? random() % 256 : 32 + random() % 95);
    }
    HttpClient client(loop(), port());
    client.send(blob);
    if (i % 100 != 1) client.finish_sending();
    settle();
    if (!client.ended) clock.advance(10'000);
    run_until([&] { return client.ended; });
    if (!client.received.empty()) {
      EXPECT_TRUE(client.received.starts_with("HTTP/1.1 4")) << client.received;
    }
    if (i % 100 == 0) {
      HttpClient other(loop(), port());
      other.send(test::get_request("/healthz"));
      EXPECT_EQ(answer_of(other).status, 200);
    }
  }
  EXPECT_TRUE(upgrades.adopted.empty());
}

TEST_F(HttpLimitsTest, TheOldestSilentSocketGivesWay) {
  HttpServerOptions options;
  options.connection_manager.sockets_max = 3;
  open(options);
  std::list<HttpClient> silent;
  for (size_t i = 1; i <= 3; ++i) {
    silent.emplace_back(loop(), port()).send("GET ");
    run_until([&] { return door->socket_count() == i; });
  }
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_TRUE(silent.front().ended);
  EXPECT_FALSE(silent.back().ended);
  EXPECT_EQ(stats.limits_struck["http_sockets"], 1U);
}

TEST_F(HttpLimitsTest, WhoLeavesItsAnswerForTheLongestTimeGivesWay) {
  HttpServerOptions options;
  options.connection_manager.sockets_max = 3;
  open(options);
  health.metrics_text = std::string(16 << 20, 'm');
  std::list<HttpClient> slow;
  for (size_t i = 1; i <= 3; ++i) {
    slow.emplace_back(loop(), port()).stop_reading();
    slow.back().send(test::get_request("/metrics"));
    run_until([&] { return stats.http_in_progress == i; });
    clock.advance(1);
  }
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(stats.http_in_progress, 2U);
  EXPECT_EQ(stats.limits_struck["http_sockets"], 1U);
  for (HttpClient& client : slow) client.read_on();
  run_until([&] { return slow.front().ended; });
  EXPECT_EQ(answer_of(slow.back()).body, health.metrics_text);
}

TEST_F(HttpLimitsTest, WhoAsksSlowlyIsNotSentAwayForWhoNeverReads) {
  HttpServerOptions options;
  options.connection_manager.sockets_max = 2;
  open(options);
  health.metrics_text = std::string(16 << 20, 'm');
  HttpClient stuck(loop(), port());
  stuck.stop_reading();
  stuck.send(test::get_request("/metrics"));
  run_until([&] { return stats.http_in_progress == 1; });
  clock.advance(1);
  HttpClient asking(loop(), port());
  asking.send("GET /healthz HTTP/1.1\r\n");
  run_until([&] { return door->socket_count() == 2; });
  EXPECT_EQ(get("/healthz").status, 200);
  asking.send("Host: x\r\n\r\n");
  EXPECT_EQ(answer_of(asking).status, 200);
}

TEST_F(HttpLimitsTest, ACrowdOfScrapersSharesATextATurn) {
  open();
  std::list<HttpClient> crowd;
  for (int i = 0; i < 50; ++i) {
    crowd.emplace_back(loop(), port()).send(test::get_request("/healthz/live"));
    EXPECT_EQ(answer_of(crowd.back()).status, 200);
  }
  settle();
  for (HttpClient& client : crowd) client.send(test::get_request("/metrics"));
  for (HttpClient& client : crowd) EXPECT_EQ(answer_of(client).body, "metric 1\n");
  EXPECT_LE(health.metrics_asked, 3);
  // No client gets the values of an earlier loop iteration.
  health.metrics_text = "metric 2\n";
  crowd.front().send(test::get_request("/metrics"));
  EXPECT_EQ(answer_of(crowd.front()).body, "metric 2\n");
}

// If writing the text takes 50 ms, it is shared for a second.
TEST_F(HttpLimitsTest, MetricsThatTakeLongToWriteAreWrittenSeldom) {
  open();
  health.metrics_take = std::chrono::milliseconds(50);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get("/metrics").body, "metric 1\n");
  EXPECT_LE(health.metrics_asked, 3);  // a burst of 100 ms is free
}

TEST_F(HttpLimitsTest, DescriptorsBeyondTheReserveAreRefused) {
  const int next = dup(0);
  close(next);
  HttpServerOptions options;
  options.connection_manager.descriptors_max = next + 10;
  open(options);
  std::list<HttpClient> fillers;
  for (int i = 0; i < 10; ++i) fillers.emplace_back(loop(), port());
  EXPECT_EQ(get("/healthz").status, 503);
  EXPECT_GE(stats.limits_struck["descriptors"], 1U);
  fillers.clear();
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(HttpLimitsTest, RunsOutOfDescriptorsAndRecovers) {
  open();
  std::list<HttpClient> clients;
  for (int i = 0; i < 5; ++i) {
    clients.emplace_back(loop(), port()).send(test::get_request("/healthz"));
  }
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  // The acceptor tries again every 100 ms, and not in between.
  run_until([&] { return log.lines.size() >= 3; });
  EXPECT_LE(log.lines.size(), 4U);
  EXPECT_TRUE(log.has("no more connections can be accepted for now"));
  EXPECT_GE(stats.limits_struck["descriptors"], 3U);
  setrlimit(RLIMIT_NOFILE, &before);
  for (HttpClient& client : clients) EXPECT_EQ(answer_of(client).status, 200);
}

TEST_F(HttpLimitsTest, ConnectionsOfTheProcessAreBounded) {
  HttpServerOptions options;
  options.upgrade_policy.connections_max = 2;
  open(options);
  health.connection_count = 1;
  EXPECT_NE(upgrade("/ws?token=good.ann"), nullptr);
  health.connection_count = 2;
  EXPECT_EQ(upgrade("/ws?token=good.ann"), nullptr);
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.header("retry-after"), "5");
  EXPECT_EQ(stats.limits_struck["connections"], 1U);
  EXPECT_EQ(get("/healthz").status, 200);
  UpgradePolicyOptions more;
  more.connections_max = 3;
  door->set_upgrade_policy_options(more);
  EXPECT_NE(upgrade("/ws?token=good.ann"), nullptr);
}

// All clients of a school have the same address.
TEST_F(HttpLimitsTest, AGoodTokenIsNeverRefusedForItsNeighbours) {
  HttpServerOptions options;
  options.refusals.us_max = 1'000;  // five refusals
  options.upgrade_policy.trusted_proxies = parse_networks("TRUSTED_PROXIES", {"127.0.0.1"}).take();
  open(options);
  const std::string there = "X-Forwarded-For: 203.0.113.9\r\n";
  for (const char* bad : {"", "bad", "expired", "bad", ""}) {
    EXPECT_NE(upgrade("/ws?token=" + std::string(bad), there), nullptr);
    EXPECT_NE(upgrade("/ws?token=good.ann", there), nullptr);
  }
  EXPECT_EQ(upgrade("/ws?token=expired", there), nullptr);
  EXPECT_EQ(refusal.status, 429);
  EXPECT_GT(std::stoi(refusal.header("retry-after")), 0);
  EXPECT_EQ(nlohmann::json::parse(refusal.body)["error"]["code"], "RATE_LIMIT");
  EXPECT_EQ(stats.limits_struck["refusals_per_address"], 1U);
  EXPECT_NE(upgrade("/ws?token=good.ann", there), nullptr);
  EXPECT_NE(upgrade("/ws?token=expired", "X-Forwarded-For: 203.0.113.10\r\n"), nullptr);
  clock.advance(1'000);
  EXPECT_NE(upgrade("/ws?token=expired", there), nullptr);
}

// Upgrades with a valid token that are accepted only to be closed.
TEST_F(HttpLimitsTest, RefusalsOfGoodTokensAreBoundedToo) {
  HttpServerOptions options;
  options.refusals = {.refusal_us = 100, .us_per_s = 1'000, .us_max = 1'000};
  open(std::move(options));
  upgrades.too_often = "eve";
  for (const char* target : {"/ws/v1/status/bob?token=good.ann", "/ws?token=good.eve"}) {
    for (int i = 0; i < 10; ++i) EXPECT_NE(upgrade(target), nullptr) << target << i;
    EXPECT_EQ(upgrade(target), nullptr) << target;
    EXPECT_EQ(refusal.status, 429) << target;
    EXPECT_GT(std::stoi(refusal.header("retry-after")), 0);
    EXPECT_NE(upgrade("/ws?token=good.ann"), nullptr);
    EXPECT_NE(upgrade("/ws/v1/status/ann?token=good.ann"), nullptr);
    clock.advance(60'000);
  }
  EXPECT_EQ(stats.limits_struck["refusals_per_address"], 2U);
}

TEST_F(HttpLimitsTest, AHundredUpgradesWithoutATokenTurnNobodyAway) {
  open();
  for (int i = 0; i < 100; ++i) EXPECT_NE(upgrade("/ws"), nullptr);
  EXPECT_NE(upgrade("/ws?token=good.ann"), nullptr);
  EXPECT_NE(upgrade("/ws"), nullptr);
  EXPECT_EQ(stats.limits_struck.count("refusals_per_address"), 0U);
}

// Like a verifier with a public key: each verification takes 1 ms, and its result is cached.
class CostlyVerifier final : public Verifier {
 public:
  Verdict verify(std::string_view token, int64_t now_wall_ms) override {
    ++checks;
    return token.starts_with("good.") ? known(token, now_wall_ms) : Verdict(Denied::kSignature);
  }
  std::optional<Verdict> verify_at_once(std::string_view token, int64_t now_wall_ms) override {
    if (token == "good.known") return known(token, now_wall_ms);
    if (token == "bad.known") return Denied::kSignature;
    return std::nullopt;
  }
  int64_t signature_us() const override { return us; }

  int checks = 0;
  int64_t us = 1'000;

 private:
  static Verdict known(std::string_view token, int64_t now_wall_ms) {
    return Identity{std::string(token.substr(5)), now_wall_ms + 60'000};
  }
};

class HttpChecksTest : public test::HttpServerTest {
 protected:
  void SetUp() override {
    HttpServerTest::SetUp();
    HttpServerOptions options;
    options.listen.host = "127.0.0.1";
    options.upgrade_policy.trusted_proxies =
        parse_networks("TRUSTED_PROXIES", {"127.0.0.1"}).take();
    options.checks = {.us_per_s = 100'000, .us_max = 3'000};
    door = std::make_unique<HttpServer>(
        loop(), HttpServerDependencies{costly, clock, log, stats, health, upgrades, {}},
        std::move(options));
    ASSERT_TRUE(door->listen().ok());
  }
  void TearDown() override {
    clients.clear();
    HttpServerTest::TearDown();
  }
  HttpClient& attempt(const std::string& token, const std::string& address = "203.0.113.9") {
    HttpClient& client = clients.emplace_back(loop(), port());
    client.send(
        test::upgrade_request("/ws?token=" + token, "X-Forwarded-For: " + address + "\r\n"));
    settle();
    return client;
  }
  // The clients that were accepted or refused, in this order.
  std::string order() const {
    std::string users;
    for (const auto& [fd, request] : upgrades.adopted) {
      const auto* identity = std::get_if<Identity>(&request.verdict);
      users += identity != nullptr ? identity->user : "-";
    }
    return users;
  }

  CostlyVerifier costly;
  std::list<HttpClient> clients;
};

TEST_F(HttpChecksTest, AFloodOfBadSignaturesTakesItsShareAndNoMore) {
  for (int i = 0; i < 12; ++i) attempt("bad" + std::to_string(i));
  settle();
  EXPECT_EQ(costly.checks, 3);
  EXPECT_EQ(door->socket_count(), 9U);
  for (int checks = 4; checks <= 8; ++checks) {
    clock.advance(10);
    run_until([&] { return costly.checks == checks; });
    settle();
    EXPECT_EQ(costly.checks, checks);
  }
  clock.advance(10'000);
  run_until([&] { return costly.checks == 11; });
  settle();
  EXPECT_EQ(costly.checks, 11);
  clock.advance(10);
  run_until([&] { return upgrades.adopted.size() == 12; });
}

TEST_F(HttpChecksTest, ABadTokenThatIsKnownCostsNoCheck) {
  costly.us = 400'000;  // the budget of an address is 500,000
  for (int i = 0; i < 5; ++i) attempt("bad.known");
  EXPECT_EQ(order(), "-----");
  EXPECT_EQ(stats.limits_struck.count("refusals_per_address"), 0U);
}

TEST_F(HttpChecksTest, AKnownTokenPassesAtOnceAndAnUnknownOneInItsTurn) {
  for (int i = 0; i < 12; ++i) attempt("bad" + std::to_string(i));
  attempt("good.known");
  EXPECT_EQ(order(), "---known");
  attempt("good.a");
  attempt("good.b", "203.0.113.10");
  EXPECT_EQ(order(), "---known");
  EXPECT_EQ(stats.limits_struck.count("refusals_per_address"), 0U);
  run_until([&] {
    clock.advance(1);
    return upgrades.adopted.size() == 15 + 0U;
  });
  // The other address waits only for one request of the first.
  EXPECT_EQ(order(), "---known-b--------a");
}

TEST_F(HttpChecksTest, GoodTokensAreNotChargedAndDoNotWaitForEachOther) {
  for (int i = 0; i < 50; ++i) attempt("good.u");
  run_until([&] { return upgrades.adopted.size() == 50; });
  EXPECT_EQ(costly.checks, 50);
}

TEST_F(HttpChecksTest, ClosesWithSomeWaiting) {
  for (int i = 0; i < 6; ++i) attempt("bad" + std::to_string(i));
  EXPECT_EQ(door->socket_count(), 3U);
}

TEST_F(HttpChecksTest, WaitingHasAnEnd) {
  costly.us = 1'000'000'000;
  attempt("bad");
  HttpClient& waiting = attempt("bad");
  EXPECT_EQ(door->socket_count(), 1U);
  clock.advance(30'000);
  run_until([&] { return waiting.ended; });
  EXPECT_EQ(stats.limits_struck["check_seconds"], 1U);
}

}  // namespace
}  // namespace hermod
