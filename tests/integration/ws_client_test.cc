// WsClient against a real server and against faulty ones.
#include "ws_client/ws_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "integration/ws_fixture.h"

namespace hermod {
namespace {

struct Events final : WsClientEvents {
  void on_open() override { ++opened; }
  void on_text(std::string_view text) override { texts.emplace_back(text); }
  void on_close(uint16_t code, std::string_view why) override {
    ++ended;
    close_code = code;
    reason = why;
  }
  void on_failed(int http_status, std::string_view message) override {
    ++ended;
    status = http_status;
    reason = message;
  }
  int opened = 0;
  int ended = 0;
  int close_code = 0;
  int status = -1;
  std::string reason;
  std::vector<std::string> texts;
};

class WsClientTest : public test::WsTest {
 protected:
  void SetUp() override {
    WsTest::SetUp();
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ASSERT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(listen(listener_, 5), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    url = "ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/ws/v1/notifications";
    accepting_ = std::make_unique<uv::Poll>(loop(), listener_, [this](uv::Ready) { accept_one(); });
    accepting_->watch(uv::Ready::kReadable);
  }

  void TearDown() override {
    bool closed = false;
    client->close([&] { closed = true; });
    client->close([] { ADD_FAILURE() << "the first one is told"; });
    EXPECT_FALSE(closed);
    run_until([&] { return closed; });
    client.reset();
    reading_.reset();
    if (accepted_ >= 0) ::close(accepted_);
    accepting_.reset();
    ::close(listener_);
    WsTest::TearDown();
  }

  void accept_one() {
    accepted_ = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (accepted_ < 0) return;
    reading_ = std::make_unique<uv::Poll>(loop(), accepted_, [this](uv::Ready) { read_head(); });
    reading_->watch(uv::Ready::kReadable);
  }

  // A one-line HTTP server: it accepts any request head and upgrades it, or sends `answer`.
  void read_head() {
    char buffer[16 * 1024];
    const ssize_t got = recv(accepted_, buffer, sizeof buffer, 0);
    if (got > 0) head.append(buffer, static_cast<size_t>(got));
    if (got > 0 && head.find("\r\n\r\n") == std::string::npos) return;
    reading_.reset();
    const int fd = std::exchange(accepted_, -1);
    if (head.empty()) {
      ::close(fd);
      return;
    }
    if (!answer.empty()) {
      EXPECT_EQ(send(fd, answer.data(), answer.size(), 0), static_cast<ssize_t>(answer.size()));
      ::close(fd);
      return;
    }
    UpgradeRequest request = admitted("ada");
    const size_t at = head.find("Sec-WebSocket-Key: ") + 19;
    request.key = head.substr(at, head.find("\r\n", at) - at);
    if (refused) request.verdict = Refusal{CloseCode::kPolicy, ErrorCode::kAuthentication, "no"};
    server->adopt(fd, std::move(request));
  }

  Events events;
  std::unique_ptr<WsClient> client = std::make_unique<WsClient>(loop(), log, events);
  std::string url;
  std::string head;
  std::string answer;
  bool refused = false;

 private:
  int listener_ = -1;
  int accepted_ = -1;
  std::unique_ptr<uv::Poll> accepting_;
  std::unique_ptr<uv::Poll> reading_;
};

TEST_F(WsClientTest, ReceivesTextsAndConfirmsThem) {
  ASSERT_TRUE(client->connect(url, std::string(8 * 1024, 't')).ok());
  run_until([&] { return events.opened == 1; });
  hub->on_subscribed("ada");
  bus.answer_all();
  text("ada", "one");
  text("ada", std::string(200'000, 'x'));
  run_until([&] { return events.texts.size() == 2 && !bus.marks.empty(); });
  EXPECT_EQ(events.texts[0], "one");
  EXPECT_EQ(events.texts[1].size(), 200'000u);
  EXPECT_NE(head.find("GET /ws/v1/notifications HTTP/1.1\r\n"), std::string::npos);
  EXPECT_NE(head.find(": Bearer " + std::string(8 * 1024, 't') + "\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Sec-WebSocket-Protocol"), std::string::npos);
}

TEST_F(WsClientTest, TellsHowItEnded) {
  ASSERT_TRUE(client->connect(url, "t").ok());
  run_until([&] { return events.opened == 1; });
  server->disconnect("ada", CloseCode::kPolicy, ErrorCode::kUnknown, "sorry");
  run_until([&] { return events.ended == 1; });
  EXPECT_EQ(events.close_code, 1008);
  EXPECT_NE(events.reason.find("sorry"), std::string::npos);
}

TEST_F(WsClientTest, TellsARefusalBehindTheUpgrade) {
  refused = true;
  ASSERT_TRUE(client->connect(url, "t").ok());
  run_until([&] { return events.ended == 1; });
  EXPECT_EQ(events.close_code, 1008);
}

TEST_F(WsClientTest, TellsAnHttpRefusal) {
  answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  ASSERT_TRUE(client->connect(url, "t").ok());
  run_until([&] { return events.ended == 1; });
  EXPECT_EQ(events.status, 503);
  EXPECT_EQ(events.opened, 0);
}

TEST_F(WsClientTest, TellsThatNobodyListensOnALaterTurn) {
  ASSERT_TRUE(client->connect("ws://127.0.0.1:1/", "t").ok());
  EXPECT_EQ(events.ended, 0);
  run_until([&] { return events.ended == 1; });
  EXPECT_EQ(events.status, 0);
  settle();
  EXPECT_EQ(events.ended, 1);
}

TEST_F(WsClientTest, RefusesAnAddressThatItCannotUse) {
  EXPECT_FALSE(client->connect("http://127.0.0.1/", "t").ok());
}

TEST_F(WsClientTest, ClosesWhileItConnects) {
  ASSERT_TRUE(client->connect(url, "t").ok());
}

TEST_F(WsClientTest, SaysGoodbyeWhenItIsClosed) {
  ASSERT_TRUE(client->connect(url, "t").ok());
  run_until([&] { return events.opened == 1; });
  bool closed = false;
  client->close([&] { closed = true; });
  run_until([&] { return closed; });
  run_until([&] { return stats.connections_active == 0; });
  EXPECT_EQ(stats.close_codes["1000"], 1u);
  client = std::make_unique<WsClient>(loop(), log, events);
}

TEST_F(WsClientTest, FailsWithoutACrashAgainstAServerWithoutTls) {
  answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
  ASSERT_TRUE(client->connect("wss" + url.substr(2), "t").ok());
  run_until([&] { return events.ended == 1; }, std::chrono::seconds(5));
  EXPECT_EQ(events.opened, 0);
}

}  // namespace
}  // namespace hermod
