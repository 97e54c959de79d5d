#include "integration/ws_fixture.h"

namespace hermod::test {

void WsTest::start(WsOptions options) {
  stop();
  hub = std::make_unique<Hub>(bus, CoreContext{clock, log, stats, observers}, hub_options);
  auto made = LwsContext::create(loop(), log);
  ASSERT_TRUE(made.ok());
  context = made.take();
  server = std::make_unique<WsServer>(loop(), *context, *hub, verifier, clock, log, stats, options);
}

void WsTest::stop() {
  if (!server) return;
  bool closed = false;
  server->close([&] { closed = true; });
  EXPECT_FALSE(closed);
  run_until([&] {
    pass(1'000);  // the server does not wait for a client that does not answer
    return closed;
  });
  EXPECT_EQ(server->socket_count(), 0u);
  EXPECT_EQ(hub->session_count(), 0u);
  server.reset();
  bool ended = false;
  context->close([&] { ended = true; });
  run_until([&] { return ended; });
  context.reset();
  hub.reset();
}

void WsTest::TearDown() {
  stop();
  LoopTest::TearDown();
}

UpgradeRequest WsTest::admitted(const std::string& user, int64_t lives_ms) const {
  UpgradeRequest request;
  request.verdict = Identity{user, clock.wall_ms() + lives_ms};
  request.key = kSampleKey;
  request.correlation_id = "5f0c6e2a-0000-4000-8000-00000000abcd";
  return request;
}

std::unique_ptr<WsClientSocket> WsTest::connect(UpgradeRequest request, SocketKind kind) {
  const auto [server_fd, client_fd] = connected_sockets(kind);
  auto client = std::make_unique<Client>(loop(), client_fd);
  server->adopt(server_fd, std::move(request));
  run_until([&] { return !client->head.empty() || client->ended; });
  return client;
}

std::unique_ptr<WsClientSocket> WsTest::connect(const std::string& user, SocketKind kind) {
  return connect(admitted(user), kind);
}

std::unique_ptr<WsClientSocket> WsTest::live(const std::string& user, SocketKind kind) {
  auto client = connect(user, kind);
  hub->on_subscribed(user);
  bus.answer_all();
  return client;
}

void WsTest::text(const std::string& user, const std::string& body) {
  ++count_;
  hub->on_text(user, StreamId{static_cast<uint64_t>(clock.wall_ms()), count_}, body, {});
}

void WsTest::pass(int64_t ms) {
  clock.advance(ms);
  server->tick();
}

}  // namespace hermod::test
