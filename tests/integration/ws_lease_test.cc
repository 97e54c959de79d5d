// The limit of a user's connections over all processes: the bus grants a connection or not.
#include "integration/ws_fixture.h"

namespace hermod {
namespace {

using test::client_close;

class WsLeaseTest : public test::WsTest, public QuotaProbe {
 protected:
  static constexpr int64_t kAnswerMs = 2'000;
  static constexpr int64_t kVerdictMs = 2'500;

  void ask(std::string_view user, size_t needed) override {
    probes.push_back(std::string(user) + ' ' + std::to_string(needed));
  }
  // A connection that the bus granted.
  std::unique_ptr<Client> member() {
    bus.grants = true;
    auto client = live("ada");
    pass(1'000);
    settle();
    bus.grants = false;
    return client;
  }
  // One that it does not grant: the user has `granted` connections here.
  std::unique_ptr<Client> newcomer(uint32_t granted) {
    auto client = connect("ada");
    hub->on_lease("ada", granted);
    return client;
  }
  void expect_quota(Client& client) {
    until_closed(client);
    EXPECT_EQ(client.close_code(), 4000);
    EXPECT_NE(client.close_reason().find("QUOTA_EXCEEDED"), std::string::npos);
  }
  bool is_open(const Client& client) { return !client.ended && client.close_code() == 0; }

  std::vector<std::string> probes;
};

TEST_F(WsLeaseTest, ANewcomerIsSilentUntilItIsGranted) {
  bus.grants = false;
  const auto client = connect("ada");
  hub->on_subscribed("ada");
  hub->on_text("ada", StreamId{}, "external", {});
  settle();
  EXPECT_TRUE(client->frames.empty());
  EXPECT_EQ(stats.connections_active, 0u);
  size_t listed = 0;
  server->for_each([&](const WsPeer&) { ++listed; });
  EXPECT_EQ(listed, 0u);
  hub->on_lease("ada", 1);
  EXPECT_EQ(stats.connections_accepted, 1u);
  bus.answer_all();
  run_until([&] { return client->texts().size() == 1; });
}

TEST_F(WsLeaseTest, IsRefusedAtOnceIfNoConnectionCanGiveWay) {
  bus.grants = false;
  const auto client = newcomer(0);
  expect_quota(*client);
  EXPECT_EQ(stats.refusals["QUOTA_EXCEEDED"], 1u);
  EXPECT_EQ(stats.connections_rejected, 1u);
  EXPECT_EQ(stats.connections_accepted, 0u);
  EXPECT_EQ(stats.limits_struck["connections_per_user"], 1u);
}

TEST_F(WsLeaseTest, TheOtherProcessesAreAskedAndTheBusIsAskedAgain) {
  server->set_quota_probe(this);
  bus.grants = false;
  const auto client = newcomer(0);
  EXPECT_EQ(probes, std::vector<std::string>{"ada 1"});
  bus.leases.clear();
  pass(290);
  EXPECT_TRUE(bus.leases.empty());
  pass(10);
  EXPECT_EQ(bus.leases, std::vector<std::string>{"ada 1 0"});
  hub->on_lease("ada", 0);
  settle();
  EXPECT_TRUE(client->frames.empty());
  bus.grants = true;
  pass(kVerdictMs - 310);
  EXPECT_EQ(stats.connections_accepted, 1u);
  EXPECT_EQ(probes.size(), 1u);
  server->set_quota_probe(nullptr);
}

TEST_F(WsLeaseTest, IsRefusedWithinThreeSeconds) {
  server->set_quota_probe(this);
  bus.grants = false;
  const auto first = newcomer(0);
  pass(1'000);
  const auto second = newcomer(0);
  EXPECT_EQ(probes, (std::vector<std::string>{"ada 1", "ada 1"}));
  pass(kVerdictMs - 1'000);
  expect_quota(*first);
  EXPECT_TRUE(is_open(*second));
  pass(1'000);
  expect_quota(*second);
  EXPECT_EQ(stats.refusals["QUOTA_EXCEEDED"], 2u);
  server->set_quota_probe(nullptr);
}

TEST_F(WsLeaseTest, ASilentConnectionHereGivesWay) {
  const auto silent = member();
  const auto lively = member();
  silent->answer_pings = false;
  const auto client = newcomer(2);
  run_until([&] { return silent->count(9) == 1 && lively->count(9) == 1; });
  settle();
  pass(kAnswerMs + TimerWheel::kTickMs);
  run_until([&] { return silent->ended && stats.connections_accepted == 3; });
  EXPECT_TRUE(is_open(*lively));
  EXPECT_TRUE(is_open(*client));
  EXPECT_EQ(stats.limits_struck["silent_at_quota"], 1u);
  pass(kVerdictMs);
  settle();
  EXPECT_TRUE(is_open(*client));
}

TEST_F(WsLeaseTest, ANewcomerThatIsAdmittedDuringTheProbeWasNotPingedAndStays) {
  const auto lively = member();
  bus.grants = false;
  const auto client = connect("ada");
  pass(10);
  hub->on_lease("ada", 1);  // the others are pinged
  pass(1'000);
  hub->on_lease("ada", 2);  // another process has room again
  settle();
  EXPECT_EQ(stats.connections_accepted, 2u);
  pass(kAnswerMs);
  settle();
  EXPECT_TRUE(is_open(*lively));
  EXPECT_TRUE(is_open(*client));
  EXPECT_EQ(stats.limits_struck["silent_at_quota"], 0u);
}

TEST_F(WsLeaseTest, ASilentConnectionGivesWayToANewcomerOfAnotherProcess) {
  const auto silent = member();
  const auto also_silent = member();
  silent->answer_pings = also_silent->answer_pings = false;
  server->probe_quota("ada", 1);
  server->probe_quota("unknown", 1);
  run_until([&] { return silent->count(9) == 1; });
  bus.leases.clear();
  pass(kAnswerMs);
  run_until([&] { return silent->ended; });
  run_until([&] { return hub->session_count() == 1; });
  EXPECT_TRUE(is_open(*also_silent));
  EXPECT_EQ(bus.leases, std::vector<std::string>{"ada 1 1"});
}

TEST_F(WsLeaseTest, ANewcomerMayLeaveBeforeItsVerdict) {
  const auto lively = member();
  const auto client = newcomer(1);
  client->send(client_close(1000, "changed my mind"));
  until_closed(*client);
  run_until([&] { return server->socket_count() == 1; });
  EXPECT_EQ(stats.refusals["CONNECTION_ERROR"], 1u);
  EXPECT_EQ(stats.connections_rejected, 1u);
  EXPECT_EQ(stats.connections_closed, 0u);
  bus.leases.clear();
  pass(kVerdictMs);
  EXPECT_TRUE(bus.leases.empty());
}

// The process was suspended, and other processes have its leases.
TEST_F(WsLeaseTest, ASurplusIsClosed) {
  const auto first = member();
  const auto second = member();
  hub->on_lease("ada", 1);
  expect_quota(*second);
  EXPECT_TRUE(is_open(*first));
  run_until([&] { return hub->session_count() == 1; });
  EXPECT_EQ(stats.connections_accepted, 2u);
  EXPECT_EQ(stats.connections_closed, 1u);
}

}  // namespace
}  // namespace hermod
