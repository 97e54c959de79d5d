// Deadlines and shutdown.
#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using test::client_frame;
using test::SocketKind;

class WsTimeTest : public test::WsTest {
 protected:
  static constexpr int64_t kTick = TimerWheel::kTickMs;
  using Crowd = std::vector<std::unique_ptr<Client>>;

  // Connections of one user to a new server.
  Crowd crowd(size_t count) {
    hub_options.sessions_per_user_max = count;
    start({});
    Crowd clients;
    while (clients.size() < count) clients.push_back(live("ada"));
    return clients;
  }
  static size_t pings(const Crowd& clients) {
    size_t all = 0;
    for (const auto& client : clients) all += client->count(9);
    return all;
  }
};

TEST_F(WsTimeTest, PingsEachClientOnceAnInterval) {
  const auto client = live("ada");
  for (int i = 0; i < 10; ++i) {
    pass(30'000);
    run_until([&] { return client->count(9) >= static_cast<size_t>(i); });
    settle();
  }
  EXPECT_GE(client->count(9), 9u);
  EXPECT_LE(client->count(9), 11u);
  EXPECT_FALSE(client->ended);
}

TEST_F(WsTimeTest, SpreadsTheFirstPings) {
  const Crowd clients = crowd(60);
  size_t most = 0;
  size_t before = 0;
  for (int second = 0; second <= 30; ++second) {
    pass(1'000);
    settle();
    const size_t now = pings(clients);
    most = std::max(most, now - before);
    before = now;
  }
  EXPECT_GE(before, 60u);
  EXPECT_LE(most, 5u);
}

// Pings are grouped in steps of a hundredth of the interval: 200 clients are pinged in 100 loop
// iterations, not in 200.
TEST_F(WsTimeTest, PingsOfOneStepGoTogether) {
  const Crowd clients = crowd(200);
  int turns_with_pings = 0;
  size_t before = 0;
  for (int64_t passed = 0; passed < 30'000; passed += kTick) {
    pass(kTick);
    settle();
    const size_t now = pings(clients);
    if (std::exchange(before, now) != now) ++turns_with_pings;
  }
  EXPECT_GE(before, 199u);  // one may be due when it connects
  EXPECT_LE(turns_with_pings, 101);
}

TEST_F(WsTimeTest, DropsAClientThatAnswersNoPing) {
  const auto client = live("ada");
  client->answer_pings = false;
  pass(30'000);
  run_until([&] { return client->count(9) == 1; });
  pass(10'000 - kTick);
  settle();
  EXPECT_EQ(server->socket_count(), 1u);
  pass(2 * kTick);
  run_until([&] { return client->ended; });
  EXPECT_EQ(client->close_code(), 0);  // no close frame: the client is dead
  EXPECT_EQ(stats.close_codes["1006"], 1u);
  EXPECT_EQ(stats.limits_struck["pong_timeout"], 1u);
}

TEST_F(WsTimeTest, TakesAnythingHeardAsASignOfLife) {
  const auto client = live("ada");
  client->answer_pings = false;
  pass(30'000);
  for (int i = 0; i < 10; ++i) {
    client->send_text("busy");
    settle();
    pass(6'000);
  }
  EXPECT_FALSE(client->ended);
}

TEST_F(WsTimeTest, WaitsForASlowClientWhoseKernelStillAnswers) {
  hub_options.outbox.bytes_max = 64 * 1024 * 1024;
  start({});
  const auto client = live("ada", SocketKind::kTcp);
  client->stop_reading();
  text("ada", std::string(20'000'000, 'x'));
  settle();
  for (int i = 0; i < 4; ++i) {
    pass(10'000 + kTick);
    settle();
    EXPECT_EQ(server->socket_count(), 1u);
  }
  client->read_on();
  run_until([&] { return client->texts().size() == 1; });
  run_until([&] { return !bus.marks.empty(); });
}

TEST_F(WsTimeTest, DropsAStalledClientWithoutAPingOutstanding) {
  hub_options.delivery_ping_ms = 0;
  start({});
  const auto client = live("ada");
  client->stop_reading();
  while (server->socket_count() == 1 && hub->session_count() == 1 && count_ < 5) {
    text("ada", std::string(190'000, 'x'));
    settle();
  }
  for (int i = 0; i < 8; ++i) pass(5'000);
  run_until([&] { return server->socket_count() == 0; });
  EXPECT_EQ(stats.close_codes["1006"], 1u);
  EXPECT_EQ(stats.limits_struck["pong_timeout"], 1u);
}

TEST_F(WsTimeTest, PingsNobodyWhereTheIntervalIsNull) {
  WsOptions options;
  options.ping_interval_ms = 0;
  start(options);
  const auto client = live("ada");
  pass(299'000);
  settle();
  EXPECT_EQ(client->count(9), 0u);
  pass(1'000 + kTick);
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1001);
  EXPECT_NE(client->close_reason().find("TIMEOUT"), std::string::npos);
  EXPECT_EQ(stats.limits_struck["idle_timeout"], 1u);
}

TEST_F(WsTimeTest, CountsThePingsThatTheLibraryAnswersAsHeard) {
  WsOptions options;
  options.ping_interval_ms = 0;
  options.idle_timeout_ms = 1'000;
  start(options);
  const auto client = live("ada", SocketKind::kTcp);
  clock.advance(990);
  client->send(client_frame(9, "here"));
  run_until([&] { return client->count(10) == 1; });
  pass(100);
  settle();
  EXPECT_EQ(client->close_code(), 0);
  EXPECT_EQ(server->socket_count(), 1u);
}

TEST_F(WsTimeTest, ClosesWhenTheTokenExpires) {
  const auto client = connect(admitted("ada", 45'000));
  pass(44'900);
  settle();
  EXPECT_EQ(client->close_code(), 0);
  pass(100 + kTick);
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_EQ(client->close_reason(),
            R"({"error_code":"AUTHENTICATION_ERROR","message":"token expired",)"
            R"("correlation_id":"5f0c6e2a-0000-4000-8000-00000000abcd"})");
}

TEST_F(WsTimeTest, ClosesATokenThatExpiredDuringTheHandshake) {
  const auto client = connect(admitted("ada", -1));
  pass(kTick);
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1008);
}

TEST_F(WsTimeTest, WaitsForTheAnswerToACloseOnlySoLong) {
  const auto client = live("ada");
  client->answer_close = false;
  server->disconnect("ada", CloseCode::kTryLater, ErrorCode::kUnknown, "sorry");
  run_until([&] { return client->close_code() == 1013; });
  EXPECT_EQ(hub->session_count(), 0u);  // its slot is free at once
  EXPECT_FALSE(client->ended);
  pass(2'000 + kTick);
  run_until([&] { return client->ended; });
  EXPECT_EQ(stats.limits_struck["close_timeout"], 1u);
}

TEST_F(WsTimeTest, RunsNoTimerWithNobodyConnected) {
  settle();
  EXPECT_FALSE(server->waiting());
  const auto client = live("ada");
  settle();
  EXPECT_TRUE(server->waiting());
  client->send(test::client_close(1000, ""));
  run_until([&] { return server->socket_count() == 0; });
  settle();
  EXPECT_FALSE(server->waiting());
}

// --- shutdown

TEST_F(WsTimeTest, DrainsEverybodyEvenlyOverTheWindow) {
  const Crowd clients = crowd(40);
  bool drained = false;
  server->drain(1'000, [&] { drained = true; });
  EXPECT_FALSE(drained);
  const auto gone = [&] {
    size_t count = 0;
    for (auto& client : clients) count += client->close_code() != 0 ? 1 : 0;
    return count;
  };
  run_until([&] { return gone() > 0; });
  EXPECT_LE(gone(), 4u);
  clock.advance(500);
  run_until([&] { return gone() >= 20; });
  EXPECT_LE(gone(), 23u);
  const auto late = connect("bob");
  until_closed(*late);
  EXPECT_EQ(late->close_code(), 1001);
  EXPECT_NE(late->close_reason().find("\"retry_after_ms\":"), std::string::npos);
  clock.advance(500);
  run_until([&] { return drained; });
  EXPECT_EQ(gone(), 40u);
  for (auto& client : clients) {
    EXPECT_EQ(client->close_code(), 1001);
    EXPECT_LE(client->close_reason().size(), 123u);
    EXPECT_NE(client->close_reason().find("\"retry_after_ms\":"), std::string::npos);
  }
  EXPECT_EQ(stats.close_codes["1001"], 41u);
}

TEST_F(WsTimeTest, DrainsAtOnceAndBoundsTheWait) {
  const auto polite = live("ada");
  const auto deaf = live("bob");
  deaf->answer_close = false;
  bool drained = false;
  server->drain(0, [&] { drained = true; });
  until_closed(*polite);
  run_until([&] { return deaf->close_code() == 1001; });
  settle();
  EXPECT_FALSE(drained);
  pass(2'000 + kTick);
  run_until([&] { return drained; });
}

TEST_F(WsTimeTest, SendsACrowdAwaySomeInEachIteration) {
  Crowd clients;
  for (int i = 0; i < 300; ++i) clients.push_back(connect("user " + std::to_string(i)));
  const auto open = [&] {
    size_t count = 0;
    server->for_each([&](const WsPeer&) { ++count; });
    return count;
  };
  size_t left = open();
  ASSERT_EQ(left, 300u);
  size_t most = 0;
  bool drained = false;
  server->drain(0, [&] { drained = true; });
  run_until([&] {
    const size_t now = open();
    most = std::max(most, left - now);
    left = now;
    return drained;
  });
  EXPECT_LE(most, 64u);
  for (const auto& client : clients) EXPECT_EQ(client->close_code(), 1001);
}

// Clients that do not answer delay the others for one step, and few clients answer at the same
// time.
TEST_F(WsTimeTest, SilentClientsDoNotHoldUpTheDrainOfTheOthers) {
  Crowd clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(connect("user " + std::to_string(i)));
    clients.back()->answer_close = false;
  }
  const auto closing = [&] {
    size_t open = 0;
    server->for_each([&](const WsPeer&) { ++open; });
    return clients.size() - open;
  };
  const auto start = std::chrono::steady_clock::now();
  bool drained = false;
  server->drain(0, [&] { drained = true; });
  run_until([&] {
    const auto passed = std::chrono::steady_clock::now() - start;
    const auto steps = static_cast<size_t>(passed / std::chrono::milliseconds(25)) + 1;
    EXPECT_LE(closing(), 128 * steps);
    return closing() == clients.size();
  });
  EXPECT_FALSE(drained);
  pass(2'000 + kTick);
  run_until([&] { return drained; });
}

TEST_F(WsTimeTest, DrainsNobodyOnALaterTurn) {
  bool drained = false;
  server->drain(10'000, [&] { drained = true; });
  EXPECT_FALSE(drained);
  run_until([&] { return drained; });
}

TEST_F(WsTimeTest, ClosesInTheMiddleOfADrain) {
  const auto client = live("ada");
  bool drained = false;
  server->drain(60'000, [&] { drained = true; });
  stop();
  EXPECT_TRUE(drained);
}

TEST_F(WsTimeTest, EndsAtAnyMoment) {
  for (int turns = 0; turns < 12; ++turns) {
    start({});
    const auto [server_fd, client_fd] = test::connected_sockets(SocketKind::kTcp);
    Client client(loop(), client_fd);
    client.answer_close = turns % 2 == 0;
    server->adopt(server_fd, admitted("ada"));
    for (int turn = 0; turn < turns; ++turn) {
      if (turn == 2) text("ada", "x");
      if (turn == 5) client.hang_up();
      settle();
    }
    stop();
  }
}

TEST_F(WsTimeTest, RefusesAfterItsEndBegan) {
  const auto waiting = live("ada");
  waiting->answer_close = false;
  bool closed = false;
  server->close([&] { closed = true; });
  server->close([] { ADD_FAILURE() << "the first one is told"; });
  const auto [server_fd, client_fd] = test::connected_sockets(SocketKind::kUnix);
  Client late(loop(), client_fd);
  server->adopt(server_fd, admitted("bob"));
  run_until([&] { return late.ended; });
  EXPECT_EQ(late.head, "");
  pass(2'000 + kTick);
  run_until([&] { return closed; });
  server.reset();
  bool ended = false;
  context->close([&] { ended = true; });
  run_until([&] { return ended; });
  context.reset();
}

}  // namespace
}  // namespace hermod
