// The bus over TLS, with a redis-server that speaks only TLS.

#include <gmock/gmock.h>

#include <filesystem>

#include "integration/bus_redis_fixture.h"
#include "redis_check/redis_check.h"
#include "redis_transport/tls_context.h"
#include "support/tls_authority.h"

namespace hermod {
namespace {

using test::RedisServer;
using test::RedisTls;
using test::TlsAuthority;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using Verify = TlsOptions::Verify;

class BusTlsTest : public test::BusRedisTest {
 protected:
  BusTlsTest() { tls_.ca_file = authority_.ca_file(); }

  void serve(const std::vector<std::string>& names = {"IP:127.0.0.1", "DNS:localhost"},
             TlsAuthority::Validity validity = TlsAuthority::Validity::kNow) {
    serve_with({.ca_file = authority_.ca_file(),
                .certificate = authority_.issue("server", names, validity)});
  }

  void serve_with(const RedisTls& tls, std::vector<std::string> arguments = {}) {
    secured_ = std::make_unique<RedisServer>(
        test::RedisServerOptions{.arguments = std::move(arguments), .tls = tls});
    url_ = secured_->url();
  }

  RedisBusOptions options() {
    RedisBusOptions options;
    options.url = RedisUrl::parse(url_).take();
    options.connect_timeout_ms = connect_timeout_ms_;
    auto tls = TlsContext::create(tls_, log_);
    EXPECT_TRUE(tls.ok()) << (tls.ok() ? "" : tls.error().message);
    if (tls) context_ = tls.take();
    options.tls = context_;
    return options;
  }

  void start_bus() {
    close();
    listener_ = {};
    bus_ = std::make_unique<RedisBus>(loop(), clock_, log_, options());
    ASSERT_TRUE(bus_->start(listener_, listener_));
  }

  bool goes_up() {
    start_bus();
    return run_until([&] { return listener_.up(); });
  }

  // The reason that the bus gives once it contains `words`.
  std::string reason(const std::string& words) {
    start_bus();
    reason_has(words);
    return bus_->status().reason;
  }

  bool all_received(const std::string& user, size_t count) {
    return run_until([&] { return listener_.texts_of(user).size() == count; });
  }

  TlsAuthority authority_;
  TlsOptions tls_;
  std::string url_;
  uint64_t connect_timeout_ms_ = 2000;
  std::unique_ptr<RedisServer> secured_;
  std::shared_ptr<TlsContext> context_;
};

TEST_F(BusTlsTest, VerifiesANameAndAnAddress) {
  serve();
  ASSERT_TRUE(goes_up());
  url_ = "rediss://localhost:" + std::to_string(secured_->port());
  ASSERT_TRUE(goes_up());
  publish("ann", "one");
  EXPECT_EQ(last_outcome(), PublishOutcome::kRouted);
}

TEST_F(BusTlsTest, AnotherAuthorityIsNotTrusted) {
  TlsAuthority other("another authority");
  serve();
  tls_.ca_file = other.ca_file();
  EXPECT_THAT(reason("certificate verify failed"),
              HasSubstr("expected a certificate of the authorities in REDIS_TLS_CA_FILE"));
  tls_.ca_file.clear();
  EXPECT_THAT(reason("certificate verify failed"),
              HasSubstr("expected a certificate of the CA certificates of the system"));
  tls_.verify = Verify::kNone;
  EXPECT_TRUE(goes_up());
}

TEST_F(BusTlsTest, TheNameIsVerifiedUnlessOnlyTheAuthorityIs) {
  serve({"DNS:redis.example"});
  EXPECT_THAT(reason("certificate verify failed"),
              HasSubstr("IP address mismatch; expected 127.0.0.1"));
  url_ = "rediss://localhost:" + std::to_string(secured_->port());
  EXPECT_THAT(reason("certificate verify failed"),
              HasSubstr("hostname mismatch; expected localhost"));
  tls_.verify = Verify::kCa;
  EXPECT_TRUE(goes_up());
  tls_.verify = Verify::kFull;
  tls_.server_name = "redis.example";
  EXPECT_TRUE(goes_up());
}

TEST_F(BusTlsTest, AnExpiredCertificateIsRefused) {
  serve({"IP:127.0.0.1"}, TlsAuthority::Validity::kExpired);
  EXPECT_THAT(reason("certificate verify failed"), HasSubstr("certificate has expired"));
  tls_.verify = Verify::kCa;
  EXPECT_THAT(reason("certificate verify failed"), HasSubstr("certificate has expired"));
}

// With TLS 1.3 the server refuses a client after the handshake, with TLS 1.2 during it.
TEST_F(BusTlsTest, AClientCertificateIsSent) {
  TlsAuthority other("another authority");
  const auto strange = other.issue("strange");
  const auto client = authority_.issue("client");
  const RedisTls tls{.ca_file = authority_.ca_file(),
                     .certificate = authority_.issue("server"),
                     .clients = RedisTls::Clients::kNeedCertificate};
  for (const char* version : {"TLSv1.3", "TLSv1.2"}) {
    SCOPED_TRACE(version);
    serve_with(tls, {"--tls-protocols", version});
    tls_.cert_file.clear();
    tls_.key_file.clear();
    EXPECT_THAT(reason("refused the TLS connection"),
                HasSubstr("set REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE"));
    tls_.cert_file = strange.certificate_file;
    tls_.key_file = strange.key_file;
    EXPECT_THAT(reason("refused the TLS connection"),
                HasSubstr("may not accept the client certificate in REDIS_TLS_CERT_FILE"));
    tls_.cert_file = client.certificate_file;
    tls_.key_file = client.key_file;
    EXPECT_TRUE(goes_up());
  }
}

TEST_F(BusTlsTest, AServerWithoutTlsIsRecognized) {
  connect_timeout_ms_ = 300;
  url_ = "rediss://127.0.0.1:" + std::to_string(server_.port());
  EXPECT_THAT(reason("TLS"), HasSubstr("use redis://"));
}

TEST_F(BusTlsTest, AServerWithTlsIsRecognizedByAPlainClient) {
  serve();
  make("redis://127.0.0.1:" + std::to_string(secured_->port()));
  EXPECT_TRUE(reason_has("use rediss://"));
}

TEST_F(BusTlsTest, LargeMessagesAndManySmallOnesArriveInOrder) {
  constexpr int kLarge = 40;
  constexpr int kSmall = 5000;
  serve();
  ASSERT_TRUE(goes_up());
  subscribe("ann");
  std::vector<std::string> expected;
  for (int i = 0; i < kLarge; ++i) {
    expected.push_back(
        std::string(150'000 + static_cast<size_t>(i), static_cast<char>('a' + i % 26)));
  }
  for (int i = 0; i < kSmall; ++i) expected.push_back(std::to_string(i));
  for (const std::string& text : expected) listener_.publish(*bus_, "ann", text);
  ASSERT_TRUE(all_received("ann", expected.size()));
  EXPECT_EQ(listener_.texts_of("ann"), expected);
  const auto page = replay({.user = "ann", .reach = ReplayRequest::Reach::kGap});
  EXPECT_TRUE(page.ok());
  EXPECT_EQ(listener_.states, std::vector<BusState>{BusState::kUp});
}

// Both sides get new certificates while messages flow. The open connections are not touched, and
// new connections use the new files.
TEST_F(BusTlsTest, NewCertificatesTakeEffectWithoutALostMessage) {
  constexpr size_t kMessages = 400;
  serve_with({.ca_file = authority_.ca_file(),
              .certificate = authority_.issue("server"),
              .clients = RedisTls::Clients::kNeedCertificate});
  const auto client = authority_.issue("client");
  tls_.cert_file = client.certificate_file;
  tls_.key_file = client.key_file;
  ASSERT_TRUE(goes_up());
  subscribe("ann");
  for (size_t i = 0; i < kMessages; ++i) {
    listener_.publish(*bus_, "ann", std::to_string(i));
    if (i == kMessages / 4) {
      authority_.issue("server");
      secured_->reload_certificate();
    }
    if (i == kMessages / 2) authority_.issue("client");
    if (i == kMessages * 3 / 4) {
      EXPECT_TRUE(context_->reload().ok());
    }
    settle();
  }
  ASSERT_TRUE(all_received("ann", kMessages));
  EXPECT_EQ(listener_.states, std::vector<BusState>{BusState::kUp});
  secured_->command({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(run_until([&] { return listener_.subscribed["ann"] == 2; }));
  publish("ann", "after");
  ASSERT_TRUE(all_received("ann", kMessages + 1));
}

TEST_F(BusTlsTest, AChangedFileThatCannotBeUsedIsLoggedOnceAndTheOldOneStays) {
  serve();
  ASSERT_TRUE(goes_up());
  subscribe("ann");
  const std::string good = authority_.ca_file();
  const std::string kept = good + ".kept";
  std::filesystem::copy_file(good, kept);
  std::filesystem::resize_file(good, 0);
  EXPECT_THAT(context_->reload().error().message,
              HasSubstr("REDIS_TLS_CA_FILE names the file " + good));
  std::filesystem::resize_file(good, 1);
  for (int connection = 2; connection < 4; ++connection) {
    secured_->command({"CLIENT", "KILL", "TYPE", "pubsub"});
    ASSERT_TRUE(run_until([&] { return listener_.subscribed["ann"] == connection; }));
  }
  const auto unusable = [&] {
    return std::ranges::count_if(log_.lines, [&](const std::string& line) {
      return line.find("cannot be used") != std::string::npos &&
             line.find(good) != std::string::npos;
    });
  };
  EXPECT_EQ(unusable(), 1);
  std::filesystem::rename(kept, good);
  secured_->command({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(run_until([&] { return log_.has("TLS files for Redis were read"); }));
  ASSERT_TRUE(run_until([&] { return listener_.subscribed["ann"] == 4; }));
}

TEST_F(BusTlsTest, TheCheckGoesOverTls) {
  serve();
  const RedisCheck good = check_redis(options(), false);
  EXPECT_TRUE(good.good());
  EXPECT_THAT(good.description, ContainsRegex("^(Redis|Valkey) "));
  tls_.server_name = "other.example";
  const RedisCheck bad = check_redis(options(), false);
  ASSERT_EQ(bad.findings.size(), 1U);
  EXPECT_THAT(bad.findings.front().text,
              AllOf(HasSubstr("Redis at 127.0.0.1:"), HasSubstr("expected other.example")));
}

}  // namespace
}  // namespace hermod
