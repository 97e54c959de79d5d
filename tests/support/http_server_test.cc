#include "support/http_server_test.h"

#include <unistd.h>

namespace hermod::test {

Verdict FakeVerifier::verify(std::string_view token, int64_t now_wall_ms) {
  if (token.empty()) return Denied::kMissing;
  if (token == "expired") return Denied::kExpired;
  if (!token.starts_with("good.")) return Denied::kSignature;
  return Identity{std::string(token.substr(5)), now_wall_ms + 60'000};
}

ConsoleState FakeConsole::state(std::string_view user_part) const {
  ConsoleState made;
  made.listed.push_back({.id = 1, .user = "part:" + std::string(user_part), .state = "live"});
  made.bus = bus;
  return made;
}

ConsoleFeed FakeConsole::watch(std::string_view user) {
  watched.emplace_back(user);
  return {.begins = watched.size() == 1,
          .payloads = true,
          .since = "then",
          .dropped = 1,
          .newest_first = {{"now", "5-1", "batch_ready", 12, 2, "{}"}, {"now", "", "", 3, 1, "x"}}};
}

Result<std::string> FakeConsole::send(const ConsoleNotification& notification) {
  sent.push_back(notification);
  if (sent.back().user == "nobody") return Error{ErrorCode::kKafkaPublish, "Kafka is away"};
  return std::string("an-id");
}

Result<ConsoleToken> FakeConsole::mint(std::string_view user) {
  if (user == "nobody") return Error{ErrorCode::kConfiguration, "no key signs"};
  return ConsoleToken{"good." + std::string(user), 1'000};
}

FakeUpgrades::~FakeUpgrades() {
  for (const auto& [fd, request] : adopted) close(fd);
}

void FakeUpgrades::adopt(int fd, UpgradeRequest request) {
  adopted.emplace_back(fd, std::move(request));
}

void HttpServerTest::open(HttpServerOptions options, const ConsoleOptions& console_options) {
  options.listen.host = "127.0.0.1";
  options.upgrade_policy.origins.emplace_back("http://localhost:5173");
  access = std::make_unique<AdminAccess>(AdminAccessDependencies{clock, log, stats}, secrets);
  console_pages = std::make_unique<Console>(ConsoleDependencies{console, health, clock, *access},
                                            console_options);
  std::vector<PageGroup*> pages = more_pages;
  pages.push_back(console_pages.get());
  const HttpServerDependencies dependencies{verifier, clock,    log,   stats,
                                            health,   upgrades, pages, hidden_pages};
  door = std::make_unique<HttpServer>(loop(), dependencies, std::move(options));
  const auto listening = door->listen();
  ASSERT_TRUE(listening.ok()) << listening.error().message;
}

void HttpServerTest::TearDown() {
  if (door) {
    bool closed = false;
    door->close([&] { closed = true; });
    EXPECT_FALSE(closed);
    run_until([&] { return closed; });
    EXPECT_EQ(door->socket_count(), 0U);
    EXPECT_EQ(stats.http_in_progress, 0U);
    door.reset();
  }
  LoopTest::TearDown();
}

HttpAnswer HttpServerTest::answer_of(HttpClient& client, HttpClient::Body body) {
  std::optional<HttpAnswer> answer;
  run_until([&] { return (answer = client.take_answer(body)) || client.ended; });
  return answer.value_or(HttpAnswer());
}

HttpAnswer HttpServerTest::ask(std::string_view request, HttpClient::Body body) {
  HttpClient client(loop(), port());
  client.send(request);
  return answer_of(client, body);
}

HttpAnswer HttpServerTest::get(const std::string& target, const std::string& headers) {
  return ask(get_request(target, headers));
}

const UpgradeRequest* HttpServerTest::upgrade(const std::string& target,
                                              const std::string& headers) {
  HttpClient client(loop(), port());
  const size_t before = upgrades.adopted.size();
  client.send(upgrade_request(target, headers));
  std::optional<HttpAnswer> answer;
  run_until([&] {
    return upgrades.adopted.size() > before || (answer = client.take_answer()) || client.ended;
  });
  if (answer) refusal = *answer;
  return upgrades.adopted.size() > before ? &upgrades.adopted.back().second : nullptr;
}

std::string get_request(const std::string& target, const std::string& headers) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::string upgrade_request(const std::string& target, const std::string& headers) {
  return get_request(target,
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                         headers);
}

}  // namespace hermod::test
