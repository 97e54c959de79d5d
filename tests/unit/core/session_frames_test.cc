// What a session of hermod.v1 sends instead of the bare message payloads.
#include "core/session_frames.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using test::TestPeer;

std::string welcome(int connection, const std::string& replaying,
                    const std::string& device = "null") {
  return R"({"type":"welcome","connection_id":")" + std::to_string(connection) +
         R"(","user":"a","device":)" + device +
         R"(,"expires_at":"1970-01-01T00:00:01.000Z","heartbeat_seconds":30,"replaying":)" +
         replaying + "}";
}

std::string shown(const std::string& id, const std::string& payload,
                  const std::string& replayed = "false", const std::string& seen = "false") {
  return R"({"type":"notification","id":)" + id + R"(,"replayed":)" + replayed + R"(,"seen":)" +
         seen + R"(,"notification":)" + payload + "}";
}

class SessionFramesTest : public test::SessionFixture {
 protected:
  // A live connection of "a" with an empty stream, after its `welcome`.
  TestPeer& live_v1() {
    TestPeer& peer = join_v1("a");
    if (bus.asked.empty()) hub.on_subscribed("a");
    bus.answer({});
    EXPECT_EQ(take(peer), welcome(static_cast<int>(peer.number), "0"));
    return peer;
  }
};

TEST_F(SessionFramesTest, WelcomeComesFirstAndSaysHowMuchIsReplayed) {
  TestPeer& peer = join_v1("a");
  peer.name = "phone";
  EXPECT_TRUE(peer.woken);  // so that its deadline is set
  hub.on_subscribed("a");
  text("a", 0, "{}");
  EXPECT_EQ(take(peer), "");
  EXPECT_FALSE(peer.session.has_output());
  auto seen = entry(5);
  seen.seen = true;
  peer.woken = false;
  bus.answer({.entries = {entry(4), seen},
              .after = entry(2).stream_id,
              .last = entry(5).stream_id,
              .cut = 1});
  EXPECT_TRUE(peer.woken);
  EXPECT_EQ(take(peer), welcome(1, "2", "\"phone\"") + ' ' + R"({"type":"dropped","count":1})" +
                            ' ' + shown("\"1004-4\"", "n4", "true") + ' ' +
                            shown("\"1005-5\"", "n5", "true", "true") + ' ' + shown("null", "{}") +
                            " ping:1");
  EXPECT_EQ(stats.messages_sent, 3u);
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a 1005-5");
}

TEST_F(SessionFramesTest, WelcomeWaitsAtMostASecondForTheFirstPage) {
  TestPeer& peer = join_v1("a");
  hub.announcer().announce_degraded(0);
  hub.on_subscribed("a");
  EXPECT_EQ(peer.session.output_due_ms(), clock.steady_ms() + 1'000);
  clock.advance(999);
  EXPECT_EQ(take(peer), "");
  clock.advance(1);
  EXPECT_EQ(take(peer), welcome(1, "null") + R"( {"type":"degraded"})");
  EXPECT_FALSE(peer.session.output_due_ms());
  bus.answer({.entries = {entry(1)}, .last = entry(1).stream_id});
  EXPECT_EQ(take(peer), shown("\"1001-1\"", "n1", "true") + " ping:1");
}

TEST_F(SessionFramesTest, OneThatIsNotAdmittedGetsNothing) {
  bus.grants = false;
  TestPeer& peer = join_v1("a");
  hub.on_subscribed("a");
  peer.session.frames()->send("early");
  clock.advance(2'000);
  EXPECT_EQ(take(peer), "");
  EXPECT_FALSE(peer.session.output_due_ms());
  hub.on_lease("a", 1);
  bus.answer({});
  EXPECT_EQ(take(peer), welcome(1, "0") + " early");
}

TEST_F(SessionFramesTest, ALiveMessageIsEncodedOnceForAllOfAForm) {
  struct Frames final : Observer {
    void on_sent(const Session&, StreamId, const SharedFrame& message) override {
      ++sent;
      different.insert(&message);
    }
    size_t sent = 0;
    std::set<const SharedFrame*> different;
  } frames;
  change([](HubOptions& options) { options.sessions_per_user_max = 4; });
  TestPeer* const v1[] = {&live_v1(), &live_v1()};
  TestPeer& plain = join("a");
  bus.answer({});
  observers.add(frames, Observers::Scope::kAll);
  text("a", 1, R"({ "n" : 1 })");
  EXPECT_EQ(take(plain), R"({ "n" : 1 } ping:1)");
  for (TestPeer* peer : v1) {
    EXPECT_EQ(take(*peer), shown("\"1001-1\"", R"({ "n" : 1 })") + " ping:1");
  }
  EXPECT_EQ(frames.sent, 3u);
  EXPECT_EQ(frames.different.size(), 2u);
  observers.remove(frames);
}

TEST_F(SessionFramesTest, AnExternalMessageThatIsNotJsonIsLeftOutAndCounted) {
  change([](HubOptions& options) { options.sessions_per_user_max = 3; });
  TestPeer& peer = live_v1();
  TestPeer& other = live_v1();
  TestPeer& plain = join("a");
  bus.answer({});
  for (const char* body : {"hello", "{", "{}{}", "", "\xef\xbb\xbf{}", "\"\xff\""}) {
    text("a", 0, body);
  }
  EXPECT_EQ(stats.messages_failed["not_json"], 6u);
  text("a", 0, R"({"big":123456789012345678901234567890,"half":"\ud800"})");
  text("a", 0, "7\n");
  const std::string sent =
      shown("null", R"({"big":123456789012345678901234567890,"half":"\ud800"})") + ' ' +
      shown("null", "7\n");
  EXPECT_EQ(take(peer), sent);
  EXPECT_EQ(take(other), sent);
  EXPECT_EQ(take(plain).substr(0, 8), "hello { ");
  EXPECT_EQ(stats.messages_failed["not_json"], 6u);
}

TEST_F(SessionFramesTest, FramesReplaceTheNotices) {
  TestPeer& peer = live_v1();
  TestPeer& plain = join("a");
  bus.answer({});
  hub.announcer().announce_degraded(0);
  hub.announcer().announce_restored(0);
  EXPECT_EQ(take(peer), R"({"type":"degraded"} {"type":"restored"})");
  EXPECT_NE(take(plain).find("service_restored"), std::string::npos);
  change([](HubOptions& options) {
    options.outbox.bytes_max = 250;
    options.outbox.policy = SlowPolicy::kDropOldest;
  });
  text("a", 1, '"' + std::string(250, 'x') + '"');
  EXPECT_EQ(take(peer), R"({"type":"dropped","count":1} ping:1)");
  text("a", 2, '"' + std::string(60, 'x') + '"');
  text("a", 3, '"' + std::string(60, 'y') + '"');
  EXPECT_EQ(take(peer), R"({"type":"dropped","count":1} )" +
                            shown("\"1003-3\"", '"' + std::string(60, 'y') + '"'));
}

TEST_F(SessionFramesTest, ABroadcastIsANotificationWithoutAnId) {
  TestPeer& peer = live_v1();
  hub.broadcast({.type = "maintenance", .payload = R"({"at":1})"}, "a");
  const std::string sent = take(peer);
  EXPECT_EQ(
      sent.find(
          shown("null", R"({"teacher_id":"a","notification_type":"maintenance")").substr(0, 120)),
      0u);
}

TEST_F(SessionFramesTest, MalformedFramesAreAnsweredTenTimesASecond) {
  TestPeer& peer = live_v1();
  const auto malformed = [&] {
    peer.session.frames()->on_malformed({ErrorCode::kParsing, "no"}, {0, clock.steady_ms()});
  };
  const std::string answer = R"({"type":"error","code":"PARSING_ERROR","message":"no"})";
  malformed();
  EXPECT_EQ(take(peer), answer);
  for (int i = 0; i < 20; ++i) malformed();
  std::string nine = answer;
  for (int i = 1; i < 9; ++i) nine += ' ' + answer;
  EXPECT_EQ(take(peer), nine);
  clock.advance(1'000);
  malformed();
  EXPECT_EQ(take(peer), answer);
  EXPECT_EQ(peer.closed, 0);
}

}  // namespace
}  // namespace hermod
