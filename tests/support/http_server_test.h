#pragma once
// The fixture of the HTTP server's tests: the server on its own loop, with fakes for token
// verification, health, the console and the WebSocket layer.

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "console/console.h"
#include "http/http_server.h"
#include "support/fake_clock.h"
#include "support/http_client.h"
#include "support/loop_test.h"
#include "support/recording_log.h"

namespace hermod::test {

// Accepts the token "good.<user>" for that user.
class FakeVerifier final : public Verifier {
 public:
  Verdict verify(std::string_view token, int64_t now_wall_ms) override;
};

class FakeHealth final : public HealthView {
 public:
  std::string service() const override { return "websocket_service"; }
  std::string environment() const override { return "testing"; }
  int64_t uptime_ms() const override { return 1'500; }
  BackendHealth redis() const override { return redis_health; }
  BackendHealth kafka() const override { return kafka_health; }
  bool ready() const override { return is_ready; }
  bool degraded() const override { return is_degraded; }
  std::vector<std::string> reasons() const override { return why; }
  std::vector<std::string> warnings() const override { return warned; }
  size_t connections() const override { return connection_count; }
  size_t connections_per_user_max() const override { return 5; }
  std::optional<std::string> metrics() const override {
    ++metrics_asked;
    const auto end = std::chrono::steady_clock::now() + metrics_take;
    while (std::chrono::steady_clock::now() < end) continue;
    return metrics_text;
  }

  BackendHealth redis_health{.up = true, .where = "redis://***:***@redis:6379/0"};
  BackendHealth kafka_health{.up = true, .where = "kafka:9092"};
  bool is_ready = true;
  bool is_degraded = false;
  std::vector<std::string> why;
  std::vector<std::string> warned;
  size_t connection_count = 0;
  std::optional<std::string> metrics_text = "metric 1\n";
  std::chrono::milliseconds metrics_take{0};  // the time that metrics() blocks
  mutable int metrics_asked = 0;
};

// Mints a token for one user, and keeps the notifications that it was asked to send.
class FakeConsole final : public ConsoleView {
 public:
  ConsoleState state(std::string_view user_part) const override;
  ConsoleFeed watch(std::string_view user) override;
  Result<std::string> send(const ConsoleNotification& notification) override;
  Result<ConsoleToken> mint(std::string_view user) override;

  std::vector<ConsoleNotification> sent;
  std::vector<std::string> watched;
  BusStatus bus;
};

// Keeps the adopted sockets and requests; the destructor closes the sockets.
class FakeUpgrades final : public UpgradeSink {
 public:
  ~FakeUpgrades();
  void adopt(int fd, UpgradeRequest request) override;
  bool connects_too_often(std::string_view user) const override { return user == too_often; }

  std::vector<std::pair<int, UpgradeRequest>> adopted;
  std::string too_often;  // the user that connects too often
};

class HttpServerTest : public LoopTest {
 protected:
  // Listens on a free port of 127.0.0.1.
  void open(HttpServerOptions options = {}, const ConsoleOptions& console_options = {});
  void TearDown() override;

  uint16_t port() const { return door->port(); }

  // Sends one request on a new connection, and returns the response.
  HttpAnswer ask(std::string_view request, HttpClient::Body body = HttpClient::Body::kExpected);
  HttpAnswer get(const std::string& target, const std::string& headers = "");
  HttpAnswer answer_of(HttpClient& client, HttpClient::Body body = HttpClient::Body::kExpected);

  // Requests an upgrade of `target`. Returns the adopted request, or null, with the response in
  // `refusal`.
  const UpgradeRequest* upgrade(const std::string& target, const std::string& headers = "");

  FakeVerifier verifier;
  FakeClock clock;
  RecordingLog log;
  Stats stats;
  FakeHealth health;
  FakeUpgrades upgrades;
  FakeConsole console;
  AdminSecrets secrets;
  std::unique_ptr<AdminAccess> access;
  std::unique_ptr<Console> console_pages;
  std::vector<PageGroup*> more_pages;    // that open() adds to the server
  std::vector<PageGroup*> hidden_pages;  // of another port
  std::unique_ptr<HttpServer> door;
  HttpAnswer refusal;  // the response to the last upgrade() that returned null
};

std::string get_request(const std::string& target, const std::string& headers = "");
std::string upgrade_request(const std::string& target, const std::string& headers = "");

}  // namespace hermod::test
