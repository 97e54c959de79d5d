// The memory limit of all outboxes together.
#include "integration/ws_fixture.h"

namespace hermod {
namespace {

class WsOutboxBoundTest : public test::WsTest {
 protected:
  static constexpr size_t kMost = 1024 * 1024;

  void start_with(SlowPolicy policy) {
    hub_options.outboxes_bytes_max = kMost;
    hub_options.outbox.policy = policy;
    start({});
  }
  // A client that reads nothing, with `texts` messages of 10 kB waiting for it.
  std::unique_ptr<Client> slow(const std::string& user, int texts) {
    auto client = live(user);
    server->pause_writes(user);
    for (int i = 0; i < texts; ++i) hub->on_text(user, StreamId{}, std::string(10'000, 'x'), {});
    settle();
    return client;
  }
};

TEST_F(WsOutboxBoundTest, TheFullestAreClosedFirst) {
  start_with(SlowPolicy::kClose);
  const auto fast = live("fast");
  const auto little = slow("little", 20);
  const auto full = slow("full", 60);
  EXPECT_EQ(hub->session_count(), 3u);
  EXPECT_LE(stats.outboxes.held_bytes(), kMost);
  const auto more = slow("more", 40);
  run_until([&] { return hub->session_count() == 3; });
  EXPECT_EQ(stats.limits_struck["outboxes_bytes"], 1u);
  EXPECT_LE(stats.outboxes.held_bytes(), kMost - kMost / 8);
  server->resume_writes("full");
  until_closed(*full);
  EXPECT_EQ(full->close_code(), 1013);
  for (const auto* other : {&fast, &little, &more}) EXPECT_EQ((*other)->close_code(), 0);
  server->resume_writes("little");
  run_until([&] { return little->texts().size() == 20; });
}

TEST_F(WsOutboxBoundTest, OrHalfOfTheFullestIsDroppedAndAnnounced) {
  start_with(SlowPolicy::kDropOldest);
  const auto little = slow("little", 20);
  const auto full = slow("full", 90);
  EXPECT_LE(stats.outboxes.held_bytes(), kMost);
  EXPECT_EQ(stats.connections_active, 2u);
  server->resume_writes("full");
  run_until([&] { return stats.outboxes.messages == 20; });
  run_until([&] { return full->texts().size() == 91 - stats.messages_dropped; });
  EXPECT_GE(stats.messages_dropped, 40u);
  EXPECT_NE(full->texts()[0].find("notifications_dropped"), std::string::npos);
  server->resume_writes("little");
  run_until([&] { return little->texts().size() == 20; });
}

// Output that the library has buffered counts, too, and is freed with its connection.
TEST_F(WsOutboxBoundTest, UnsentBytesCountUntilTheyAreGone) {
  start_with(SlowPolicy::kClose);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) {
    const std::string user = "user" + std::to_string(i);
    clients.push_back(live(user));
    clients.back()->stop_reading();
    hub->on_text(user, StreamId{}, std::string(500'000, 'x'), {});
    settle();
    run_until([&] { return stats.outboxes.held_bytes() <= kMost; });
  }
  EXPECT_GE(stats.limits_struck["outboxes_bytes"], 2u);
  for (const auto& client : clients) client->read_on();
  run_until([&] {
    pass(100);
    return stats.outboxes.held_bytes() == 0;
  });
}

// The socket stays open until the client answers the close frame.
TEST_F(WsOutboxBoundTest, AClosingConnectionThatHasDrainedCountsNoMore) {
  start_with(SlowPolicy::kClose);
  const auto client = live("ada");
  client->answer_close = false;
  client->stop_reading();
  hub->on_text("ada", StreamId{}, std::string(500'000, 'x'), {});
  run_until([&] { return stats.outboxes.unsent_bytes > 0; });
  server->disconnect("ada", CloseCode::kGoingAway, ErrorCode::kTimeout, "closed by the test");
  settle();
  EXPECT_GT(stats.outboxes.held_bytes(), 0u);
  client->read_on();
  run_until([&] { return client->close_code() != 0; });
  run_until([&] { return stats.outboxes.held_bytes() == 0; });
  EXPECT_EQ(server->socket_count(), 1u);
}

}  // namespace
}  // namespace hermod
