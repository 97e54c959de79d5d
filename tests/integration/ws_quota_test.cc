// A connection beyond the user's limit: dead connections are closed for it, live ones stay.
#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using test::client_close;
using test::client_frame;
using test::SocketKind;

class WsQuotaTest : public test::WsTest {
 protected:
  using Clients = std::vector<std::unique_ptr<Client>>;
  static constexpr int64_t kAnswerMs = 2'000;
  static constexpr int64_t kTick = TimerWheel::kTickMs;

  // As many connections as the user may have, connected for a while.
  Clients full_house(SocketKind kind = SocketKind::kUnix) {
    Clients clients;
    for (int i = 0; i < 5; ++i) clients.push_back(live("ada", kind));
    pass(1'000);
    settle();
    return clients;
  }
  static void fall_silent(Clients& clients) {
    for (auto& client : clients) client->answer_pings = false;
  }
  static size_t open_among(const Clients& clients) {
    size_t open = 0;
    for (const auto& client : clients) open += !client->ended && client->close_code() == 0;
    return open;
  }
  void expect_quota(Client& client) {
    until_closed(client);
    EXPECT_EQ(client.close_code(), 4000);
    EXPECT_NE(client.close_reason().find("QUOTA_EXCEEDED"), std::string::npos);
  }
  // The client has joined and receives messages.
  void expect_delivery(Client& client) {
    bus.answer_all();
    hub->on_text("ada", StreamId{}, "for you", {});
    run_until([&] { return client.texts().size() == 1; });
    EXPECT_EQ(client.close_code(), 0);
  }
};

TEST_F(WsQuotaTest, LivingConnectionsStayAndTheNewcomerIsRefusedAtOnce) {
  const Clients clients = full_house();
  const auto newcomer = connect("ada");
  expect_quota(*newcomer);
  EXPECT_EQ(open_among(clients), 5u);
  EXPECT_EQ(stats.connections_rejected, 1u);
  EXPECT_EQ(stats.refusals["QUOTA_EXCEEDED"], 1u);
  EXPECT_EQ(stats.limits_struck["connections_per_user"], 1u);
  EXPECT_EQ(stats.limits_struck["silent_at_quota"], 0u);
}

TEST_F(WsQuotaTest, ADeadConnectionGivesWayWithinTwoSeconds) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto newcomer = connect("ada");
  run_until([&] { return clients[0]->count(9) == 1; });  // the ping is sent at once
  pass(kAnswerMs - kTick);
  settle();
  EXPECT_EQ(open_among(clients), 5u);
  EXPECT_TRUE(newcomer->frames.empty());
  pass(2 * kTick);
  run_until([&] { return hub->session_count() == 5 && open_among(clients) == 4; });
  EXPECT_EQ(stats.limits_struck["silent_at_quota"], 1u);
  EXPECT_EQ(stats.connections_rejected, 0u);
  expect_delivery(*newcomer);
}

TEST_F(WsQuotaTest, TheOneThatWasSilentForTheLongestTimeGivesWay) {
  Clients clients = full_house();
  for (size_t i : {3U, 0U, 1U, 4U}) {  // 2 answered before all others
    pass(100);
    clients[i]->send_text("here");
    settle();
  }
  pass(100);
  fall_silent(clients);
  const auto newcomer = connect("ada");
  pass(kAnswerMs + kTick);
  run_until([&] { return clients[2]->ended; });
  EXPECT_EQ(open_among(clients), 4u);
  expect_delivery(*newcomer);
}

TEST_F(WsQuotaTest, OneThatAnswersNeverGivesWay) {
  Clients clients = full_house();
  fall_silent(clients);
  clients[1]->answer_pings = clients[3]->answer_pings = true;
  Clients quota_queue;
  for (int i = 0; i < 5; ++i) quota_queue.push_back(connect("ada"));
  run_until(
      [&] { return quota_queue[3]->close_code() == 4000 && quota_queue[4]->close_code() == 4000; });
  EXPECT_EQ(open_among(clients), 5u);
  pass(kAnswerMs + kTick);
  run_until([&] { return open_among(clients) == 2 && hub->session_count() == 5; });
  EXPECT_EQ(clients[1]->close_code() + clients[3]->close_code(), 0);
  for (int i = 0; i < 3; ++i) expect_quota(*quota_queue[3]);
  EXPECT_EQ(open_among(quota_queue), 3u);
}

TEST_F(WsQuotaTest, APingThatIsUnansweredForLongerCountsAtOnce) {
  Clients clients = full_house();
  fall_silent(clients);
  pass(27'000);
  pass(2'000);
  run_until([&] { return clients[0]->count(9) == 1; });  // the periodic ping
  pass(kAnswerMs);
  const auto newcomer = connect("ada");
  run_until([&] { return open_among(clients) == 4; });
  expect_delivery(*newcomer);
}

TEST_F(WsQuotaTest, OneThatReadsNothingGivesWay) {
  hub_options.outbox.bytes_max = 64 * 1024 * 1024;
  start({});
  Clients clients = full_house();
  clients[2]->stop_reading();
  text("ada", std::string(8'000'000, 'x'));
  run_until([&] { return clients[4]->texts().size() == 1 && clients[0]->texts().size() == 1; });
  settle();
  const auto newcomer = connect("ada");
  pass(kAnswerMs + kTick);
  run_until(
      [&] { return stats.limits_struck["silent_at_quota"] == 1 && hub->session_count() == 5; });
  expect_delivery(*newcomer);
}

// The ping is queued after bytes that the client's kernel has not accepted.
TEST_F(WsQuotaTest, ASlowOneWhoseKernelStillAnswersStays) {
  hub_options.outbox.bytes_max = 64 * 1024 * 1024;
  start({});
  Clients clients = full_house(SocketKind::kTcp);
  clients[2]->stop_reading();
  text("ada", std::string(20'000'000, 'x'));
  run_until([&] { return clients[4]->texts().size() == 1 && clients[0]->texts().size() == 1; });
  settle();
  const auto newcomer = connect("ada");
  pass(kAnswerMs + kTick);
  expect_quota(*newcomer);
  EXPECT_EQ(open_among(clients), 5u);
  EXPECT_EQ(stats.limits_struck["silent_at_quota"], 0u);
}

TEST_F(WsQuotaTest, ASlotThatBecomesFreeGoesToTheFirstThatWaits) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto first = connect("ada");
  const auto second = connect("ada");
  clients[4]->send(client_close(1000, "done"));
  run_until([&] { return bus.asked.size() == 1; });
  expect_delivery(*first);
  EXPECT_TRUE(second->frames.empty());
  EXPECT_EQ(stats.limits_struck["silent_at_quota"], 0u);
  pass(kAnswerMs + kTick);
  run_until([&] { return stats.limits_struck["silent_at_quota"] == 1; });
}

TEST_F(WsQuotaTest, FewWaitAtATime) {
  Clients clients = full_house();
  fall_silent(clients);
  Clients quota_queue;
  for (int i = 0; i < 5; ++i) quota_queue.push_back(connect("ada"));
  const auto beyond = connect("ada");
  expect_quota(*beyond);
  EXPECT_EQ(open_among(quota_queue), 5u);
}

TEST_F(WsQuotaTest, ANewcomerMayLeaveBeforeItsVerdict) {
  Clients clients = full_house();
  fall_silent(clients);
  for (const bool politely : {true, false}) {
    const auto newcomer = connect("ada");
    if (politely) {
      newcomer->send(client_close(1000, "changed my mind"));
      until_closed(*newcomer);
    } else {
      newcomer->hang_up();
    }
    run_until([&] { return server->socket_count() == 5; });
  }
  pass(kAnswerMs + kTick);
  settle();
  EXPECT_EQ(open_among(clients), 5u);  // no other newcomer needs a slot
  EXPECT_EQ(stats.connections_rejected, 2u);
  EXPECT_EQ(stats.refusals["CONNECTION_ERROR"], 2u);
}

TEST_F(WsQuotaTest, ANewcomersTokenMayExpireBeforeItsVerdict) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto newcomer = connect(admitted("ada", 1'000));
  pass(1'000 + kTick);
  until_closed(*newcomer);
  EXPECT_EQ(newcomer->close_code(), 1008);
  pass(kAnswerMs);
  settle();
  EXPECT_EQ(open_among(clients), 5u);
  EXPECT_EQ(stats.refusals["AUTHENTICATION_ERROR"], 1u);
}

TEST_F(WsQuotaTest, ANewcomerMayRefreshItsTokenAndIsAnsweredBehindItsVerdict) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto newcomer = connect(admitted("ada", 1'000));
  newcomer->send_text(R"({"type":"authenticate","token":"ada"})");
  settle();
  EXPECT_TRUE(newcomer->frames.empty());
  pass(1'000 + kTick);
  settle();
  pass(1'000);
  run_until([&] { return newcomer->count(1) == 1; });
  EXPECT_EQ(newcomer->close_code(), 0);
}

TEST_F(WsQuotaTest, ADrainSendsANewcomerAwayToo) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto newcomer = connect("ada");
  bool drained = false;
  server->drain(0, [&] { drained = true; });
  until_closed(*newcomer);
  EXPECT_EQ(newcomer->close_code(), 1001);
  run_until([&] { return drained; });
  EXPECT_EQ(stats.refusals["SERVICE_UNAVAILABLE"], 1u);
  EXPECT_EQ(stats.connections_closed, 5u);
}

TEST_F(WsQuotaTest, ANewcomerIsDisconnectedWithItsUser) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto newcomer = connect("ada");
  size_t listed = 0;
  server->for_each([&](const WsPeer&) { ++listed; });
  EXPECT_EQ(listed, 5u);
  EXPECT_EQ(server->disconnect("ada", CloseCode::kPolicy, ErrorCode::kAuthorization, "out"), 6u);
  until_closed(*newcomer);
  EXPECT_EQ(newcomer->close_code(), 1008);
}

TEST_F(WsQuotaTest, AUserThatConnectsTooOftenIsToldWhenToComeBack) {
  const auto come_and_go = [this] {
    const auto client = connect("ada");
    client->send(client_close(1000, "done"));
    until_closed(*client);
    return client->close_code();
  };
  for (int i = 0; i < 30; ++i) EXPECT_EQ(come_and_go(), 1000);
  const auto refused = connect("ada");
  until_closed(*refused);
  EXPECT_EQ(refused->close_code(), 1008);
  EXPECT_NE(refused->close_reason().find("RATE_LIMIT"), std::string::npos);
  const size_t at = refused->close_reason().find("\"retry_after_ms\":");
  ASSERT_NE(at, std::string::npos);
  const int after_ms = std::stoi(refused->close_reason().substr(at + 17));
  EXPECT_GE(after_ms, 15'000);
  EXPECT_LT(after_ms, 30'000);
  EXPECT_EQ(stats.limits_struck["connects_per_user"], 1u);
  EXPECT_EQ(stats.refusals["RATE_LIMIT"], 1u);
  EXPECT_EQ(stats.connections_accepted, 30u);
  EXPECT_EQ(connect("bob")->close_code(), 0);
  pass(after_ms);
  EXPECT_EQ(come_and_go(), 1000);
}

TEST_F(WsQuotaTest, AHigherLimitAfterAReloadAdmitsThoseThatWait) {
  Clients clients = full_house();
  fall_silent(clients);
  const auto newcomer = connect("ada");
  hub_options.sessions_per_user_max = 6;
  hub->set_options(hub_options);
  pass(kAnswerMs + kTick);
  run_until([&] { return hub->session_count() == 6; });
  EXPECT_EQ(open_among(clients), 5u);
}

TEST_F(WsQuotaTest, ALowerLimitAfterAReloadEndsNoneWithoutNeed) {
  Clients clients = full_house();
  clients[0]->answer_pings = false;
  hub_options.sessions_per_user_max = 3;
  hub->set_options(hub_options);
  const auto newcomer = connect("ada");
  expect_quota(*newcomer);  // one slot is not enough
  pass(kAnswerMs + kTick);
  settle();
  EXPECT_EQ(open_among(clients), 5u);
}

}  // namespace
}  // namespace hermod
