// The sub-protocol hermod.v1 over a real socket.
#include <nlohmann/json.hpp>

#include "base/clock.h"

#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using Json = nlohmann::json;
using test::client_close;
using test::client_frame;

class WsFramesTest : public test::WsTest {
 protected:
  UpgradeRequest v1(const std::string& user, int64_t lives_ms = kHourMs) const {
    UpgradeRequest request = admitted(user, lives_ms);
    request.subprotocol = Subprotocol::kHermodV1;
    return request;
  }

  // A client after its `welcome`.
  std::unique_ptr<Client> live_v1(const std::string& user) {
    auto client = connect(v1(user));
    hub->on_subscribed(user);
    bus.answer_all();
    run_until([&] { return !client->texts().empty(); });
    return client;
  }

  static Json frame(const Client& client, size_t at) { return Json::parse(client.texts().at(at)); }

  // Waits for the close frame, and expects that `goodbye` is the frame before it.
  Json goodbye(const Client& client) {
    until_closed(client);
    Json last;
    for (size_t i = 1; i < client.frames.size(); ++i) {
      if (client.frames[i].opcode == 8) last = Json::parse(client.frames[i - 1].payload);
    }
    EXPECT_EQ(last.value("type", ""), "goodbye");
    EXPECT_EQ(last["code"], client.close_code());
    EXPECT_EQ(last["reason"], client.close_reason());
    return last;
  }

  std::vector<std::string> types(const Client& client) {
    std::vector<std::string> found;
    for (const std::string& text : client.texts()) found.push_back(Json::parse(text)["type"]);
    return found;
  }
};

TEST_F(WsFramesTest, SelectsItAndSendsWelcomeFirst) {
  UpgradeRequest request = v1("ada");
  request.device = "phone";
  const auto client = connect(std::move(request));
  EXPECT_NE(client->head.find("Sec-WebSocket-Protocol: hermod.v1\r\n"), std::string::npos);
  hub->on_subscribed("ada");
  text("ada", "{\"n\":1}");
  bus.asked.front()(ReplayPage{.entries = {{StreamId{7, 1}, "{\"n\":1}"}}, .last = StreamId{7, 1}});
  bus.asked.pop_front();
  run_until([&] { return client->texts().size() == 2; });
  const Json welcome = frame(*client, 0);
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["connection_id"], "1");
  EXPECT_EQ(welcome["user"], "ada");
  EXPECT_EQ(welcome["device"], "phone");
  EXPECT_EQ(welcome["heartbeat_seconds"], 30);
  EXPECT_EQ(welcome["replaying"], 1);
  EXPECT_EQ(welcome["expires_at"], iso8601(clock.wall_ms() + kHourMs));
  EXPECT_EQ(client->texts()[1], R"({"type":"notification","id":"7-1","replayed":true,"seen":false,)"
                                R"("notification":{"n":1}})");
}

TEST_F(WsFramesTest, WelcomeDoesNotWaitForRedisForMoreThanASecond) {
  const auto client = connect(v1("ada"));
  pass(900);
  settle();
  EXPECT_TRUE(client->texts().empty());
  pass(150);
  run_until([&] { return client->texts().size() == 1; });
  EXPECT_TRUE(frame(*client, 0)["replaying"].is_null());
}

TEST_F(WsFramesTest, MalformedFramesAreAnsweredAndTheConnectionStays) {
  const auto client = live_v1("ada");
  client->send_text("hello");
  client->send_text("[]");
  client->send_text(R"({"type":"seen","ids":[7]})");
  client->send_text('"' + std::string(20'000, 'x') + '"');
  client->send(client_frame(2, "binary"));
  client->send_text(R"({"type":"later","than":"now"})");
  client->send_text(R"({"type":"seen","ids":["none"]})");
  run_until([&] { return client->texts().size() == 5; });
  settle();
  ASSERT_EQ(client->texts().size(), 5u);
  EXPECT_EQ(frame(*client, 1)["code"], "PARSING_ERROR");
  for (size_t at : {2, 3, 4}) {
    EXPECT_EQ(frame(*client, at)["type"], "error");
    EXPECT_EQ(frame(*client, at)["code"], "VALIDATION_ERROR");
  }
  EXPECT_EQ(client->close_code(), 0);
}

TEST_F(WsFramesTest, SeenAcknowledgesAtOnce) {
  const auto client = live_v1("ada");
  client->answer_pings = false;
  text("ada", "{\"n\":1}");
  run_until([&] { return client->texts().size() == 2; });
  const std::string id = frame(*client, 1)["id"];
  EXPECT_TRUE(bus.marks.empty());
  client->send_text(R"({"type":"seen","ids":[")" + id + "\"]}");
  run_until([&] { return !bus.marks.empty(); });
  EXPECT_EQ(bus.marks.back(), "ada " + id);
}

TEST_F(WsFramesTest, AnswersANewTokenAfterWelcome) {
  UpgradeRequest request = v1("ada");
  request.early_bytes = client_frame(1, R"({"type":"authenticate","token":"ada"})");
  const auto client = connect(std::move(request));
  settle();
  EXPECT_TRUE(client->texts().empty());
  hub->on_subscribed("ada");
  bus.answer_all();
  run_until([&] { return client->texts().size() == 2; });
  EXPECT_EQ(types(*client), (std::vector<std::string>{"welcome", "authenticated"}));
  EXPECT_EQ(frame(*client, 1)["expires_at"], iso8601(clock.wall_ms() + kHourMs));
  client->send_text(R"({"type":"authenticate","token":7})");
  run_until([&] { return client->texts().size() == 3; });
  EXPECT_EQ(frame(*client, 2)["code"], "VALIDATION_ERROR");
  pass(5'000);
  client->send_text(R"({"type":"authenticate","token":"bad"})");
  EXPECT_EQ(goodbye(*client)["code"], 1008);
}

TEST_F(WsFramesTest, ARefusedConnectionGetsGoodbyeWithoutWelcome) {
  UpgradeRequest request = v1("ada");
  request.verdict = Refusal{CloseCode::kPolicy, ErrorCode::kAuthentication, "missing token"};
  const auto client = connect(std::move(request));
  EXPECT_NE(client->head.find("Sec-WebSocket-Protocol: hermod.v1\r\n"), std::string::npos);
  const Json frame = goodbye(*client);
  EXPECT_EQ(frame["code"], 1008);
  EXPECT_TRUE(frame["retry_after_ms"].is_null());
  EXPECT_EQ(types(*client), std::vector<std::string>{"goodbye"});
}

TEST_F(WsFramesTest, GoodbyePrecedesTheCloseFramesOfHermod) {
  const auto expired = live_v1("ada");
  pass(kHourMs);
  EXPECT_EQ(goodbye(*expired)["code"], 1008);

  const auto invalid = live_v1("bob");
  invalid->send(client_frame(1, "\xff"));
  EXPECT_EQ(goodbye(*invalid)["code"], 1007);

  const auto large = live_v1("cid");
  large->send_text(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(goodbye(*large)["code"], 1009);

  const auto reserved = live_v1("dan");  // the library closes the connection
  reserved->send(client_frame(1, "x", {.reserved = 0x40}));
  run_until([&] { return reserved->close_code() != 0; });
  pass(150);  // it lingers until the close frame was sent
  EXPECT_EQ(goodbye(*reserved)["code"], 1002);

  const auto odd_reason = live_v1("eve");
  odd_reason->send(client_close(1000, "\xff"));
  EXPECT_EQ(goodbye(*odd_reason)["code"], 1007);

  const auto operated = live_v1("fay");
  server->disconnect_until("fay", INT64_MAX,
                           {.code = static_cast<CloseCode>(3001), .text = "come back"});
  EXPECT_EQ(goodbye(*operated)["reason"], "come back");

  const auto drained = live_v1("gil");
  server->drain(0, [] {});
  EXPECT_TRUE(goodbye(*drained)["retry_after_ms"].is_number());
  EXPECT_EQ(drained->close_code(), 1001);
}

TEST_F(WsFramesTest, ASlowClientIsToldWhyToo) {
  hub_options.outbox.messages_max = 1;
  start({});
  const auto client = live_v1("ada");
  server->pause_writes("ada");
  text("ada", "{\"n\":1}");
  text("ada", "{\"n\":2}");
  EXPECT_EQ(goodbye(*client)["code"], 1013);
}

TEST_F(WsFramesTest, TheAnswerToACloseFrameOfTheClientHasNoGoodbye) {
  const auto client = live_v1("ada");
  client->send(client_close(1000, "bye"));
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1000);
  EXPECT_EQ(types(*client), std::vector<std::string>{"welcome"});
}

TEST_F(WsFramesTest, OneAboveTheLimitIsRefusedWithGoodbye) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(live_v1("ada"));
  const auto client = connect(v1("ada"));
  settle();
  pass(2'500);
  EXPECT_EQ(goodbye(*client)["code"], 4000);
  EXPECT_EQ(types(*client), std::vector<std::string>{"goodbye"});
}

TEST_F(WsFramesTest, APlainClientIsServedAsBefore) {
  const auto client = live("ada");
  client->send_text("hello");
  client->send_text(R"({"type":"seen","ids":[7]})");
  client->send_text(R"({"type":"authenticate","token":"ada"})");
  run_until([&] { return client->texts().size() == 1; });
  EXPECT_EQ(frame(*client, 0)["type"], "authenticated");
  server->disconnect("ada", CloseCode::kPolicy, ErrorCode::kAuthorization, "gone");
  until_closed(*client);
  EXPECT_EQ(client->texts().size(), 1u);
}

}  // namespace
}  // namespace hermod
