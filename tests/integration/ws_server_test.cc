// Connecting, receiving messages, and being refused.
#include "ws/ws_server.h"

#include <fcntl.h>

#include "integration/ws_fixture.h"
#include "ws/upgrade_head.h"

namespace hermod {
namespace {

using test::client_close;
using test::client_frame;
using test::SocketKind;

class WsServerTest : public test::WsTest {};

TEST_F(WsServerTest, UpgradesAndDelivers) {
  const auto client = live("ada", SocketKind::kTcp);
  EXPECT_EQ(client->head.rfind("HTTP/1.1 101 ", 0), 0u);
  EXPECT_NE(client->head.find(test::kSampleAccept), std::string::npos);
  EXPECT_EQ(client->head.find("Sec-WebSocket-Protocol"), std::string::npos);
  text("ada", "{\"n\":1}");
  text("bob", "{\"n\":2}");
  run_until([&] { return !client->texts().empty(); });
  settle();
  EXPECT_EQ(client->texts(), std::vector<std::string>{"{\"n\":1}"});
  EXPECT_EQ(stats.connections_accepted, 1u);
  EXPECT_EQ(stats.connections_active, 1u);
}

TEST_F(WsServerTest, SelectsTheSubprotocolThatTheHttpServerChose) {
  UpgradeRequest request = admitted("ada");
  request.subprotocol = Subprotocol::kHermod;
  const auto client = connect(std::move(request));
  EXPECT_NE(client->head.find("Sec-WebSocket-Protocol: hermod\r\n"), std::string::npos);
}

TEST_F(WsServerTest, KeepsTheNameOfTheDevice) {
  UpgradeRequest request = admitted("ada");
  request.device = "phone";
  const auto client = connect(std::move(request));
  const auto other = connect("ada");
  std::vector<std::string> devices;
  server->for_each([&](const WsPeer& peer) {
    devices.push_back(std::to_string(peer.connection()) + std::string(peer.device()));
  });
  EXPECT_EQ(devices, (std::vector<std::string>{"1phone", "2"}));
}

TEST_F(WsServerTest, AnswersTheKeyAsItWasGiven) {
  UpgradeRequest request = admitted("ada");
  request.key = "AQIDBAUGBwgJCgsMDQ4PEC==";  // RFC 6455 section 4.1; not canonical base64
  const auto client = connect(std::move(request));
  EXPECT_NE(client->head.find("Sec-WebSocket-Accept: OfS0wDaT5NoxF2gqm7Zj2YtetzM=\r\n"),
            std::string::npos)
      << client->head;
}

TEST_F(WsServerTest, ReadsWhatWasPipelinedBehindTheHead) {
  UpgradeRequest request = admitted("ada");
  request.early_bytes = client_frame(1, R"({"type":"authenticate","token":"ada"})");
  request.early_bytes += client_frame(9, "hello?");
  const auto client = connect(std::move(request));
  run_until([&] { return client->texts().size() == 1 && client->count(10) == 1; });
}

TEST_F(WsServerTest, RefusesAHeadStartLargerThanTheLibraryTakes) {
  UpgradeRequest request = admitted("ada");
  request.early_bytes = client_frame(1, std::string(kUpgradeBytesMax, 'x'));
  const auto client = connect(std::move(request));
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_EQ(hub->session_count(), 0u);
  EXPECT_EQ(stats.limits_struck["early_bytes"], 1u);
  // It counts as a new connection.
  EXPECT_FALSE(server->connects_too_often("ada"));
  for (int i = 1; i < 30; ++i) {
    request = admitted("ada");
    request.early_bytes.assign(kUpgradeBytesMax, 'x');
    until_closed(*connect(std::move(request)));
  }
  EXPECT_TRUE(server->connects_too_often("ada"));
}

TEST_F(WsServerTest, ClosesARefusalWithItsCodeAndReason) {
  UpgradeRequest request = admitted("ada");
  request.verdict =
      Refusal{CloseCode::kPolicy, ErrorCode::kAuthentication, "a token is missing \xe2\x82\xac"};
  const auto client = connect(std::move(request), SocketKind::kTcp);
  until_closed(*client);
  EXPECT_EQ(client->head.rfind("HTTP/1.1 101 ", 0), 0u);
  EXPECT_EQ(client->close_code(), 1008);
  EXPECT_EQ(client->close_reason(),
            R"({"error_code":"AUTHENTICATION_ERROR","message":"a token is",)"
            R"("correlation_id":"5f0c6e2a-0000-4000-8000-00000000abcd"})");
  EXPECT_EQ(stats.connections_rejected, 1u);
  EXPECT_EQ(stats.refusals["AUTHENTICATION_ERROR"], 1u);
  EXPECT_EQ(stats.connections_accepted, 0u);
  EXPECT_TRUE(bus.subscribed.empty());
}

TEST_F(WsServerTest, RefusesOneMoreThanAUserMayHaveAndKeepsTheOthers) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(live("ada"));
  const auto extra = connect("ada");
  until_closed(*extra);
  EXPECT_EQ(extra->close_code(), 4000);
  EXPECT_NE(extra->close_reason().find("QUOTA_EXCEEDED"), std::string::npos);
  EXPECT_EQ(stats.connections_rejected, 1u);
  EXPECT_EQ(stats.close_codes["4000"], 1u);
  EXPECT_EQ(stats.limits_struck["connections_per_user"], 1u);
  text("ada", "still");
  for (auto& client : clients) run_until([&] { return client->texts().size() == 1; });
  EXPECT_EQ(stats.connections_active, 5u);
}

TEST_F(WsServerTest, FreesTheSlotOfAClientThatLeft) {
  for (int round = 0; round < 20; ++round) {
    auto client = live("ada");
    client->send(client_close(1000, "done"));
    until_closed(*client);
  }
  EXPECT_EQ(stats.connections_rejected, 0u);
  EXPECT_EQ(stats.connections_closed, 20u);
  EXPECT_EQ(stats.close_codes["1000"], 20u);
  EXPECT_EQ(bus.unsubscribed.size(), 20u);
}

TEST_F(WsServerTest, NoticesAClientThatHangsUpWithoutAWord) {
  const auto client = live("ada", SocketKind::kTcp);
  client->hang_up();
  run_until([&] { return stats.connections_active == 0; });
  EXPECT_EQ(stats.close_codes["1006"], 1u);
  EXPECT_EQ(hub->session_count(), 0u);
}

TEST_F(WsServerTest, SaysSoWhileACrowdLeaves) {
  size_t looks = 0;
  server->on_mass_disconnect([&] { ++looks; });
  std::vector<std::unique_ptr<Client>> crowd;
  for (int i = 0; i < 600; ++i) crowd.push_back(live("user" + std::to_string(i), SocketKind::kTcp));
  for (const auto& client : crowd) client->hang_up();
  run_until([&] { return server->socket_count() == 0; });
  EXPECT_EQ(looks, 2u);
}

TEST_F(WsServerTest, ClosesADescriptorThatTheLibraryHasNoRoomFor) {
  const auto [server_fd, client_fd] = test::connected_sockets(SocketKind::kUnix);
  Client client(loop(), client_fd);
  LwsContextOptions small;
  small.descriptors_max = server_fd;  // the library's table ends just below it
  stop();
  hub = std::make_unique<Hub>(bus, CoreContext{clock, log, stats, observers}, hub_options);
  context = LwsContext::create(loop(), log, small).take();
  server =
      std::make_unique<WsServer>(loop(), *context, *hub, verifier, clock, log, stats, WsOptions{});
  EXPECT_EQ(context->descriptor_limit(), server_fd);
  server->adopt(server_fd, admitted("ada"));
  run_until([&] { return client.ended; });
  EXPECT_EQ(client.head, "");
  EXPECT_EQ(fcntl(server_fd, F_GETFD), -1);
  EXPECT_EQ(stats.connections_rejected, 1u);
  EXPECT_EQ(stats.limits_struck["descriptors"], 1u);
}

TEST_F(WsServerTest, SurvivesAHandshakeWhoseClientIsGoneAlready) {
  const auto [server_fd, client_fd] = test::connected_sockets(SocketKind::kTcp);
  { Client client(loop(), client_fd); }
  server->adopt(server_fd, admitted("ada"));
  run_until([&] { return server->socket_count() == 0; });
  EXPECT_EQ(hub->session_count(), 0u);
}

TEST_F(WsServerTest, WritesWhatATurnBroughtInOneSend) {
  const auto client = live("ada", SocketKind::kPackets);
  settle();
  client->reads.clear();
  for (int i = 0; i < 50; ++i) text("ada", std::string(300, 'x'));
  run_until([&] { return client->texts().size() == 50; });
  EXPECT_EQ(client->reads.size(), 1u);
}

TEST_F(WsServerTest, SharesOneLongOutboxOverTurns) {
  const auto client = live("ada", SocketKind::kPackets);
  settle();
  client->reads.clear();
  for (int i = 0; i < 200; ++i) text("ada", std::string(1'000, 'x'));
  run_until([&] { return client->texts().size() == 200; });
  EXPECT_GE(client->reads.size(), 4u);
  for (const size_t bytes : client->reads) EXPECT_LE(bytes, 64u * 1024 + 16);
}

TEST_F(WsServerTest, ATurnMayBringMoreThanTheOutboxHoldsToAClientThatReads) {
  hub_options.outbox.messages_max = 10;
  hub_options.outbox.bytes_max = 1'000;
  start({});
  const auto client = live("ada", SocketKind::kTcp);
  std::vector<std::string> sent;
  for (int i = 0; i < 500; ++i) {
    sent.push_back(std::to_string(i) + ":" + std::string(static_cast<size_t>(i % 99), 'a'));
    text("ada", sent.back());
  }
  text("ada", sent.emplace_back(std::string(1'000, 'b')));  // too large with its header
  run_until([&] { return client->texts().size() == sent.size(); });
  EXPECT_EQ(client->texts(), sent);
  EXPECT_EQ(stats.limits_struck["outbox"], 0u);
  pass(250);
  run_until([&] { return !bus.marks.empty() && bus.marks.back().ends_with("-501"); });
}

TEST_F(WsServerTest, KeepsOrderAndFramesWholeToASlowReader) {
  hub_options.outbox.messages_max = 100'000;
  hub_options.outbox.bytes_max = 64 * 1024 * 1024;
  start({});
  const auto client = live("ada", SocketKind::kTcp);
  client->stop_reading();
  std::vector<std::string> sent;
  for (int i = 0; i < 20'000; ++i) {
    sent.push_back(std::to_string(i) + ":" + std::string(static_cast<size_t>(i % 1'500), 'a'));
    text("ada", sent.back());
    if (i % 100 == 0) settle();
  }
  client->read_on();
  run_until([&] { return client->count(1) == sent.size(); });
  EXPECT_EQ(client->texts(), sent);
  pass(250);
  run_until([&] { return !bus.marks.empty() && bus.marks.back().ends_with("-20000"); });
}

TEST_F(WsServerTest, ClosesASlowReaderBehindWhatItWasAlreadySent) {
  const auto client = live("ada", SocketKind::kTcp);
  client->stop_reading();
  int sent = 0;
  while (stats.limits_struck["outbox"] == 0 && sent < 100'000) {
    text("ada", std::string(20'000, 'x'));
    ++sent;
    settle();
  }
  EXPECT_EQ(hub->session_count(), 0u);
  client->read_on();
  until_closed(*client);
  EXPECT_EQ(client->close_code(), 1013);
  EXPECT_EQ(client->frames_after_close, 0u);
  EXPECT_GT(client->texts().size(), 10u);
  for (const std::string& one : client->texts()) ASSERT_EQ(one.size(), 20'000u);
}

TEST_F(WsServerTest, DropsASlowReaderThatNeverTakesItsCloseFrame) {
  const auto client = live("ada", SocketKind::kTcp);
  client->stop_reading();
  while (stats.limits_struck["outbox"] == 0) {
    text("ada", std::string(20'000, 'x'));
    settle();
  }
  EXPECT_EQ(server->socket_count(), 1u);
  pass(WsOptions{}.close_timeout_ms + TimerWheel::kTickMs);
  run_until([&] { return server->socket_count() == 0; });
  EXPECT_EQ(stats.close_codes["1013"], 1u);
}

TEST_F(WsServerTest, ConfirmsADeliveryAtThePong) {
  const auto client = live("ada");
  text("ada", "one");
  run_until([&] { return !bus.marks.empty(); });
  EXPECT_EQ(bus.marks.back(), "ada " + std::to_string(clock.wall_ms()) + "-1");
  EXPECT_EQ(client->count(9), 1u);
  text("ada", "two");
  run_until([&] { return client->texts().size() == 2; });
  settle();
  EXPECT_EQ(client->count(9), 1u);  // the second ping is delayed
  pass(250);
  run_until([&] { return bus.marks.back().ends_with("-2"); });
  EXPECT_EQ(client->count(9), 2u);
}

// A restart must not repeat messages that clients have read.
TEST_F(WsServerTest, AsksOnceMoreForWhatIsUnconfirmedBeforeItCloses) {
  const auto client = live("ada");
  text("ada", "one");
  run_until([&] { return bus.marks.size() == 1; });
  text("ada", "two");  // its ping is delayed
  run_until([&] { return client->texts().size() == 2; });
  EXPECT_EQ(client->count(9), 1u);
  EXPECT_EQ(server->disconnect("ada", CloseCode::kGoingAway, ErrorCode::kUnknown, "go"), 1u);
  run_until([&] { return server->socket_count() == 0; });
  EXPECT_TRUE(bus.marks.back().ends_with("-2 late"));
  EXPECT_EQ(client->count(9), 2u);
}

TEST_F(WsServerTest, ACloseAnsweredWithoutThePongConfirmsNothing) {
  const auto client = live("ada");
  client->answer_pings = false;
  text("ada", "one");
  run_until([&] { return client->texts().size() == 1; });
  EXPECT_EQ(server->disconnect("ada", CloseCode::kGoingAway, ErrorCode::kUnknown, "go"), 1u);
  run_until([&] { return server->socket_count() == 0; });
  EXPECT_TRUE(bus.marks.empty());
}

TEST_F(WsServerTest, ShowsItsConnections) {
  const auto ada = live("ada");
  const auto bob = live("bob");
  std::vector<std::string> seen;
  server->for_each([&](const WsPeer& peer) {
    seen.push_back(std::to_string(peer.id()) + std::string(peer.user()));
    EXPECT_EQ(peer.since_steady_ms(), clock.steady_ms());
    EXPECT_EQ(peer.session().outbox().messages(), 0u);
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"1ada", "2bob"}));
  EXPECT_EQ(server->disconnect("ada", CloseCode::kPolicy, ErrorCode::kAuthorization, "go"), 1u);
  until_closed(*ada);
  EXPECT_EQ(ada->close_code(), 1008);
  EXPECT_FALSE(bob->ended);
}

}  // namespace
}  // namespace hermod
