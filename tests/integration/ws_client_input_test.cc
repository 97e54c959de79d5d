// The input of clients: it is ignored, limited, or an authentication.
#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using test::client_close;
using test::client_frame;
using test::SocketKind;

class WsClientInputTest : public test::WsTest {
 protected:
  void expect_alive(Client& client) {
    text("ada", "alive");
    run_until([&] { return !client.texts().empty() || client.ended; });
    EXPECT_EQ(client.close_code(), 0);
    EXPECT_EQ(client.texts(), std::vector<std::string>{"alive"});
  }
};

// More than the loop reads from a socket in one iteration.
std::string many_pings() {
  std::string pings;
  for (int i = 0; i < 10'000; ++i) pings += client_frame(9, std::string(100, 'p'));
  return pings;
}

TEST_F(WsClientInputTest, IgnoresTextAndBinary) {
  const auto client = live("ada", SocketKind::kTcp);
  client->send_text("hello");
  client->send_text("");
  client->send_text("{\"type\":\"subscribe\"}");
  client->send(client_frame(2, std::string("\x00\xff\xfe", 3)));
  client->send(client_frame(1, "unmasked", {.masked = false}));
  client->send(client_frame(1, std::string(64 * 1024, 'x')));
  expect_alive(*client);
}

TEST_F(WsClientInputTest, ClosesMessagesOverTheLimitInOneFrameOrMany) {
  const auto whole = live("ada", SocketKind::kTcp);
  whole->send(client_frame(1, std::string(64 * 1024 + 1, 'x')));
  until_closed(*whole);
  EXPECT_EQ(whole->close_code(), 1009);
  const auto many = live("ada", SocketKind::kTcp);
  many->send(client_frame(1, std::string(60'000, 'x'), {.final = false}));
  many->send(client_frame(0, std::string(60'000, 'x'), {.final = false}));
  until_closed(*many);
  EXPECT_EQ(many->close_code(), 1009);
  EXPECT_EQ(stats.limits_struck["client_message_bytes"], 2u);
}

TEST_F(WsClientInputTest, MovesTheExpiryWithAFreshToken) {
  const auto client = connect(admitted("ada", 60'000));
  const int64_t later = clock.wall_ms() + 600'000;
  client->send_text(R"({"type":"authenticate","token":"ada@)" + std::to_string(later) + "\"}");
  run_until([&] { return !client->texts().empty(); });
  EXPECT_EQ(client->texts()[0],
            R"({"type":"authenticated","expires_at":")" + iso8601(later) + "\"}");
  EXPECT_EQ(stats.jwt_validations["success"], 1u);
  for (int i = 0; i < 20; ++i) {
    pass(29'000);
    settle();
  }
  EXPECT_EQ(client->close_code(), 0);
  pass(29'000);
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_NE(client->close_reason().find("token expired"), std::string::npos);
}

TEST_F(WsClientInputTest, ReadsAnAuthenticationInFragmentsWithAPongBetween) {
  const auto client = live("ada", SocketKind::kTcp);
  client->send(client_frame(1, "  {\"type\":\"authen", {.final = false}));
  client->send(client_frame(10, "unasked"));
  client->send(client_frame(0, "ticate\",\"token\":\"ada\"", {.final = false}));
  client->send(client_frame(0, "}"));
  run_until([&] { return !client->texts().empty(); });
  EXPECT_EQ(client->texts()[0].rfind(R"({"type":"authenticated")", 0), 0u);
}

TEST_F(WsClientInputTest, ReadsTheLongestToken) {
  const auto client = live("ada", SocketKind::kTcp);
  const std::string token = "ada@1750003600000" + std::string(8 * 1024 - 17, ' ');
  client->send_text(R"({"type":"authenticate","token":")" + token + "\"}");
  run_until([&] { return !client->texts().empty(); });
}

TEST_F(WsClientInputTest, ClosesForABadTokenOrAnotherUsers) {
  for (const char* token : {"bad", "bob", ""}) {
    const auto client = live("ada");
    client->send_text(std::string(R"({"type":"authenticate","token":")") + token + "\"}");
    until_closed(*client);
    EXPECT_EQ(client->close_code(), 1008);
    EXPECT_NE(client->close_reason().find("AUTHENTICATION_ERROR"), std::string::npos);
    EXPECT_TRUE(client->texts().empty());
  }
  for (const std::string& line : log.lines) EXPECT_EQ(line.find("bad"), std::string::npos);
}

TEST_F(WsClientInputTest, ATokenMayBeRenewedOnceInFiveSeconds) {
  const auto client = live("ada");
  const std::string fresh = client_frame(1, R"({"type":"authenticate","token":"ada"})");
  client->send(fresh);  // the first token is allowed at any time
  run_until([&] { return client->texts().size() == 1; });
  pass(5'000);
  client->send(fresh);
  run_until([&] { return client->texts().size() == 2; });
  pass(4'999);
  client->send(fresh);
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_NE(client->close_reason().find("RATE_LIMIT"), std::string::npos);
  EXPECT_EQ(stats.jwt_validations["success"], 2u);  // the third one was not verified
  EXPECT_EQ(stats.limits_struck["token_refreshes"], 1u);
}

TEST_F(WsClientInputTest, BoundsTheFramesASecond) {
  const auto client = live("ada", SocketKind::kTcp);
  const InboundLimits limits;
  const size_t burst = size_t{limits.frames_per_second} * limits.burst_ms / 1000;
  for (size_t i = 0; i < burst; ++i) client->send_text("x");
  settle();
  pass(1'000);
  for (size_t i = 0; i < limits.frames_per_second - 2; ++i) client->send_text("x");
  expect_alive(*client);
  for (size_t i = 0; i < 10; ++i) client->send(client_frame(10, "pong"));
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_NE(client->close_reason().find("RATE_LIMIT"), std::string::npos);
}

TEST_F(WsClientInputTest, BoundsTheBytesASecondAndDoesNotReadOnForEver) {
  const auto client = live("ada", SocketKind::kTcp);
  const std::string frame = client_frame(2, std::string(60'000, 'x'));
  for (int i = 0; i < 40; ++i) client->send(frame);
  run_until([&] { return stats.limits_struck["client_rate"] != 0; });
  // The bytes that wait in the kernel count as well. If they exceed the limit, the server does not
  // read them, and the close timeout ends the connection; otherwise it reads a limited part.
  run_until([&] {
    pass(50);
    return server->socket_count() == 0;
  });
  EXPECT_EQ(stats.limits_struck["client_rate"], 1u);
  EXPECT_EQ(stats.limits_struck["closing_bytes"] + stats.limits_struck["close_timeout"], 1u);
  EXPECT_EQ(stats.close_codes["1008"], 1u);
}

TEST_F(WsClientInputTest, BoundsThePingsThatTheLibraryAnswers) {
  const auto client = live("ada", SocketKind::kTcp);
  const auto calm = live("bob", SocketKind::kTcp);
  const InboundLimits limits;
  const size_t burst = size_t{limits.frames_per_second} * limits.burst_ms / 1000;
  for (size_t sent = 0; sent < burst - 10; ++sent) {
    client->send(client_frame(9, "p"));
    run_until([&] { return client->count(10) > sent; });
  }
  settle();
  expect_alive(*client);
  while (client->close_code() == 0) {
    client->send(client_frame(9, "p"));
    settle();
  }
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_LT(client->count(10), 2 * burst);
  EXPECT_EQ(stats.limits_struck["client_rate"], 1u);
  EXPECT_EQ(calm->close_code(), 0);
}

// The library sends one pong for all pings that it reads at once, and calls back only after the
// last one.
TEST_F(WsClientInputTest, BoundsPingsThatComeWithoutAGap) {
  const auto client = live("ada", SocketKind::kTcp);
  const auto calm = live("bob", SocketKind::kTcp);
  const std::string pings = many_pings();
  size_t sent = 0;
  while (client->close_code() == 0 && sent < 1'000) {
    if (client->unsent() == 0) client->send(pings), ++sent;
    settle();
  }
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_LT(sent, 1'000u);
  EXPECT_EQ(stats.limits_struck["client_rate"], 1u);
  EXPECT_EQ(calm->close_code(), 0);
  pass(2'000 + TimerWheel::kTickMs);  // its answer is queued after the data that it already sent
  run_until([&] { return server->socket_count() == 1; });
}

TEST_F(WsClientInputTest, BoundsPingsWhoseAnswersTheClientDoesNotRead) {
  hub_options.outbox.bytes_max = 64 * 1024 * 1024;
  start({});
  const auto client = live("ada", SocketKind::kTcp);
  client->stop_reading();
  text("ada", std::string(20'000'000, 'x'));
  settle();
  const std::string pings = many_pings();
  run_until([&] {
    if (client->unsent() == 0) client->send(pings);
    return stats.limits_struck["client_rate"] == 1;
  });
  pass(2'000 + TimerWheel::kTickMs);
  run_until([&] { return server->socket_count() == 0; });
}

TEST_F(WsClientInputTest, ClosesWhatBreaksTheProtocol) {
  struct Case {
    std::string bytes;
    int code;
  };
  const std::vector<Case> cases = {
      {client_frame(3, ""), 1002},
      {client_frame(1, "x", {.reserved = 0x40}), 1002},
      {client_frame(9, "x", {.final = false}), 1002},
      {client_frame(0, "x"), 1002},
      {client_frame(1, "\xc3\x28"), 1007},
  };
  for (const Case& one : cases) {
    const auto client = live("ada", SocketKind::kTcp);
    client->send(one.bytes);
    run_until([&] { return client->close_code() != 0; });
    EXPECT_EQ(client->close_code(), one.code);
    text("ada", "not behind a close frame");
    until_closed(*client);
    run_until([&] { return stats.connections_active == 0; });
    EXPECT_EQ(client->texts().size(), 0u);
    EXPECT_EQ(stats.close_codes[one.code == 1002 ? "1002" : "1007"] > 0, true);
  }
}

TEST_F(WsClientInputTest, EchoesTheClientsCloseAndCountsItsCode) {
  const auto client = live("ada");
  client->send(client_close(1001, "tab closed"));
  client->answer_close = false;
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1001);
  const auto silent = live("ada");
  silent->answer_close = false;
  silent->send(client_frame(8, ""));
  run_until([&] { return silent->ended; });
  EXPECT_EQ(stats.close_codes["1001"], 1u);
  EXPECT_EQ(stats.close_codes["1005"], 1u);
}

TEST_F(WsClientInputTest, GivesCompleteMessagesToAHandler) {
  struct Echo final : MessageHandler {
    void on_message(PeerTraffic& client, Opcode opcode, std::string_view payload) override {
      client.reply(opcode, payload);
    }
  } echo;
  WsOptions options;
  options.on_message = &echo;
  start(options);
  const auto client = live("ada", SocketKind::kTcp);
  client->send_text("one");
  client->send(client_frame(2, std::string(300, 'b')));
  client->send(client_frame(1, std::string(30'000, 'c'), {.final = false}));
  client->send(client_frame(0, std::string(35'536, 'd')));
  client->send_text("");
  run_until([&] { return client->frames.size() == 4; });
  EXPECT_EQ(client->frames[0].payload, "one");
  EXPECT_EQ(client->frames[1].opcode, 2);
  EXPECT_EQ(client->frames[2].payload.size(), 65'536u);
  EXPECT_EQ(client->frames[3].payload, "");
}

TEST_F(WsClientInputTest, AnswersPings) {
  const auto client = live("ada");
  client->send(client_frame(9, "hello?"));
  run_until([&] { return client->count(10) == 1; });
  EXPECT_EQ(client->frames.back().payload, "hello?");
}

}  // namespace
}  // namespace hermod
