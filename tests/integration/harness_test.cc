// Tests the interface for embedders, which the Node addon uses.
#include "hermod/harness.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <algorithm>

#include "support/loop_test.h"
#include "support/recording_log.h"
#include "support/ws_client.h"

namespace hermod {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = HarnessEvent::Kind;

std::string notification(std::string_view user, int number) {
  return R"({"teacher_id":")" + std::string(user) +
         R"(","notification_type":"t","category":"system_alerts","priority":"low","payload":{"n":)" +
         std::to_string(number) + R"(},"correlation_id":"c"})";
}

class HarnessTest : public test::LoopTest {
 protected:
  void SetUp() override {
    options.websocket_host = "127.0.0.1";
    options.websocket_port = 0;
    options.memory_source = true;
    options.releasable = true;
    open();
  }

  void open() {
    server = Server::create(loop(), options, log).take();
    harness = std::make_unique<Harness>(*server, [this](const std::vector<HarnessEvent>& reported) {
      events.insert(events.end(), reported.begin(), reported.end());
    });
    ASSERT_TRUE(server->start());
  }

  void TearDown() override {
    if (server != nullptr) close();
    clients.clear();
    LoopTest::TearDown();
  }

  void close() {
    server->close(Server::Ending::kNow, [this] {
      harness->close([this] {
        harness.reset();
        server.reset();
      });
    });
    run_until([this] { return server == nullptr; });
  }

  test::WsClientSocket& connect(std::string_view user) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    clients.push_back(std::make_unique<test::WsClientSocket>(loop(), fd));
    const std::string token = harness->token(user, 3600, {}).take();
    clients.back()->send("GET /ws?token=" + token +
                         " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                         test::kSampleKey + "\r\n\r\n");
    const size_t before = count(Kind::kConnection);
    run_until([&] { return count(Kind::kConnection) > before; });
    return *clients.back();
  }

  size_t count(Kind kind) const {
    return static_cast<size_t>(std::ranges::count(events, kind, &HarnessEvent::kind));
  }

  // Whether the metrics contain this sample, a name with its value.
  bool shows(const std::string& sample) const {
    return server->metrics().find('\n' + sample + '\n') != std::string::npos;
  }

  void publish(std::string text) {
    bool answered = false;
    harness->publish(0, "k", std::move(text), [&](const Result<RecordPosition>& position) {
      EXPECT_TRUE(position.ok());
      answered = true;
    });
    EXPECT_FALSE(answered);
    run_until([&] { return answered; });
  }

  void deliver() {
    bool delivered = false;
    harness->delivered([&](const Result<void>& result) {
      EXPECT_TRUE(result.ok());
      delivered = true;
    });
    EXPECT_FALSE(delivered);
    run_until([&] { return delivered; });
  }

  Options options;
  test::RecordingLog log;
  std::vector<HarnessEvent> events;
  std::vector<std::unique_ptr<test::WsClientSocket>> clients;
  std::unique_ptr<Server> server;
  std::unique_ptr<Harness> harness;
};

TEST_F(HarnessTest, DeliveredMeansThatTheSocketsHaveAnswered) {
  test::WsClientSocket& ann = connect("ann");
  harness->report_deliveries();
  for (int i = 0; i < 3; ++i) publish(notification("ann", i));
  deliver();
  EXPECT_THAT(ann.texts(),
              ElementsAre(notification("ann", 0), notification("ann", 1), notification("ann", 2)));
  const auto sent = harness->sent("ann");
  EXPECT_EQ(sent.size(), 3U);
  EXPECT_TRUE(std::ranges::all_of(sent, &Harness::Text::answered));
  EXPECT_TRUE(harness->sent("ben").empty());
  settle();
  EXPECT_EQ(count(Kind::kDelivery), 3U);
  harness->forget_sent();
  EXPECT_TRUE(harness->sent(std::nullopt).empty());
}

TEST_F(HarnessTest, DeliveredWaitsForARecordThatIsBeingWritten) {
  const test::WsClientSocket& ann = connect("ann");
  bool published = false;
  harness->publish(0, "k", notification("ann", 1),
                   [&](const Result<RecordPosition>&) { published = true; });
  deliver();
  EXPECT_TRUE(published);
  EXPECT_THAT(ann.texts(), ElementsAre(notification("ann", 1)));
}

// These are more pongs than a client may send unasked in so short a time.
TEST_F(HarnessTest, AClientMayAnswerAsOftenAsItIsAsked) {
  connect("ann");
  for (int i = 0; i < 400; ++i) {
    publish(notification("ann", i));
    deliver();
  }
  EXPECT_EQ(server->stats().deliveries_confirmed, 400U);
  EXPECT_EQ(harness->connections().size(), 1U);
}

TEST_F(HarnessTest, ATopicOfExternalEventTypesIsNotReady) {
  const auto envelope = [](const std::string& type) {
    return R"({"event_id":")" + type + R"(","event_type":")" + type + R"(","data":)" +
           notification("ann", 1) + "}";
  };
  publish(envelope("staging.other.v1"));
  EXPECT_TRUE(shows("hermod_ready 1"));
  for (int i = 0; i < 2; ++i) {
    harness->advance_clock(30'000);
    publish(envelope("staging.other.v1"));
  }
  EXPECT_TRUE(shows("hermod_ready 0"));
  EXPECT_TRUE(shows("hermod_records_foreign_type_total 3"));
  publish(envelope("staging.huleedu.teacher.notification.requested.v1"));
  EXPECT_TRUE(shows("hermod_ready 1"));
  EXPECT_EQ(server->stats().records_not_ours, 3U);
}

TEST_F(HarnessTest, AReloadThatFailsShowsAndOneThatSucceedsEndsIt) {
  run_until([&] { return harness->ready(); });
  EXPECT_TRUE(shows("hermod_reload_successful 1"));
  Options wrong = options;
  wrong.trusted_proxies = {"no network"};
  EXPECT_FALSE(server->reload(wrong).ok());
  EXPECT_TRUE(shows("hermod_reload_successful 0"));
  EXPECT_TRUE(shows("hermod_ready 1"));
  EXPECT_TRUE(server->reload(options).ok());
  EXPECT_TRUE(shows("hermod_reload_successful 1"));
  server->note_failed_reload({ErrorCode::kConfiguration, "not TOML"});
  EXPECT_TRUE(shows("hermod_reload_successful 0"));
}

TEST_F(HarnessTest, AWaitNamesWhatItWaitsFor) {
  test::WsClientSocket& ann = connect("ann");
  ann.answer_pings = false;
  EXPECT_TRUE(harness->set_bus(Harness::Bus::kDown));
  publish(notification("ann", 1));
  bool delivered = false;
  harness->delivered([&](const Result<void>&) { delivered = true; });
  EXPECT_THAT(harness->undelivered(),
              HasSubstr("1 records are not routed yet: the bus is unavailable"));
  EXPECT_TRUE(harness->set_bus(Harness::Bus::kUp));
  run_until([&] { return !ann.texts().empty(); });
  settle();
  EXPECT_THAT(harness->undelivered(), HasSubstr("no answer yet from a connection of ann"));
  EXPECT_FALSE(delivered);
  ann.hang_up();
  run_until([&] { return delivered; });
  EXPECT_EQ(harness->undelivered(), "nothing");
}

TEST_F(HarnessTest, AWaitEndsWithTheServer) {
  test::WsClientSocket& ann = connect("ann");
  ann.answer_pings = false;
  publish(notification("ann", 1));
  std::optional<Result<void>> result;
  harness->delivered([&](const Result<void>& ended) { result = ended; });
  run_until([&] { return !ann.texts().empty(); });
  EXPECT_FALSE(result);
  close();
  ASSERT_TRUE(result);
  EXPECT_EQ(count(Kind::kDisconnection), 1U);
}

TEST_F(HarnessTest, ACancelledWaitIsAnErrorAlthoughTheCloseEndsTheConnections) {
  connect("ann");
  EXPECT_TRUE(harness->set_bus(Harness::Bus::kDown));
  publish(notification("ann", 1));
  std::optional<Result<void>> result;
  std::optional<Result<void>> late;
  harness->delivered([&](const Result<void>& ended) { result = ended; });
  harness->cancel_delivered();
  harness->delivered([&](const Result<void>& ended) { late = ended; });
  EXPECT_TRUE(harness->set_bus(Harness::Bus::kUp));
  close();
  ASSERT_TRUE(result);
  ASSERT_FALSE(*result);
  EXPECT_EQ(result->error().code, ErrorCode::kServiceUnavailable);
  ASSERT_TRUE(late);
  EXPECT_FALSE(*late);
}

TEST_F(HarnessTest, ADeadLetterIsReportedWithItsValue) {
  publish("junk");
  deliver();
  ASSERT_EQ(count(Kind::kDeadLetter), 1U);
  EXPECT_EQ(events.back().text, "junk");
  EXPECT_EQ(events.back().reason, "invalid_json");
}

TEST_F(HarnessTest, AClientThatIsStalledGetsNothingUntilItFlows) {
  test::WsClientSocket& ann = connect("ann");
  deliver();
  harness->set_client("ann", Harness::Client::kStalled);
  publish(notification("ann", 1));
  run_until([&] { return harness->connections().at(0).messages == 1; });
  EXPECT_TRUE(ann.texts().empty());
  harness->set_client("ann", Harness::Client::kFlowing);
  deliver();
  EXPECT_EQ(ann.texts().size(), 1U);
}

TEST_F(HarnessTest, TheClockEndsTokensAndPatience) {
  test::WsClientSocket& ann = connect("ann");
  EXPECT_TRUE(harness->set_bus(Harness::Bus::kDown));
  run_until([this] { return !harness->ready(); });
  harness->advance_clock(2000);
  run_until([this] { return count(Kind::kDegraded) == 1; });
  harness->advance_clock(3'600'000);
  run_until([&] { return ann.close_code() == 1008; });
  EXPECT_TRUE(harness->set_bus(Harness::Bus::kUp));
  run_until([this] { return count(Kind::kRestored) == 1; });
}

TEST_F(HarnessTest, DisconnectEndsWithTheCodeThatIsAskedFor) {
  test::WsClientSocket& ann = connect("ann");
  EXPECT_EQ(harness->disconnect("ann", 4321, "by a test"), 1U);
  run_until([&] { return ann.close_code() == 4321; });
  run_until([this] { return count(Kind::kDisconnection) == 1; });
  EXPECT_EQ(events.back().close_code, 4321);
  EXPECT_TRUE(harness->connections().empty());
}

TEST_F(HarnessTest, AServerThatIsReleasedIsStillWaitedForAtItsEnd) {
  connect("ann");
  server->unref();
  close();
}

}  // namespace
}  // namespace hermod
