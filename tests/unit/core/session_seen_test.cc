// What a user has seen: from the clients to the bus, and from the bus to the other connections.
#include <gtest/gtest.h>

#include "core/session_frames.h"
#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using test::TestPeer;

class SessionSeenTest : public test::SessionFixture {
 protected:
  // The result of take(), with "welcome", "n1" for the notification n1, "n1!" if it was seen, and
  // "seen:1,2" for the counts of the ids.
  std::string shown(TestPeer& peer) {
    std::string out = take(peer);
    std::string made;
    for (size_t at = 0; at < out.size();) {
      const size_t end = std::min(out.find(' ', at), out.size());
      if (!made.empty()) made += ' ';
      made += short_form(out.substr(at, end - at));
      at = end + 1;
    }
    return made;
  }

  static std::string short_form(const std::string& frame) {
    if (frame.starts_with(R"({"type":"welcome")")) return "welcome";
    if (frame.starts_with(R"({"type":"notification")")) {
      const size_t at = frame.find(R"("notification":)", 20) + 15;
      const bool seen = frame.find(R"("seen":true)") != std::string::npos;
      return frame.substr(at, frame.size() - 1 - at) + (seen ? "!" : "");
    }
    if (!frame.starts_with(R"({"type":"seen")")) return frame;
    std::string counts = "seen:";
    for (size_t at = 0; (at = frame.find('-', at)) != std::string::npos; ++at) {
      if (counts.back() != ':') counts += ',';
      counts += frame.substr(at + 1, frame.find('"', at) - at - 1);
    }
    return counts;
  }

  static std::string repeated(const std::string& text, int count) {
    std::string made;
    for (int i = 0; i < count; ++i) made += text;
    return made;
  }

  static StreamId id(uint64_t count) { return entry(count).stream_id; }

  static ReplayPage::Entry seen_entry(uint64_t count) {
    auto made = entry(count);
    made.seen = true;
    return made;
  }

  TestPeer& live_v1() {
    TestPeer& peer = join_v1("a");
    if (bus.asked.empty()) hub.on_subscribed("a");
    bus.answer({});
    EXPECT_EQ(shown(peer), "welcome");
    return peer;
  }

  // The same, with n1 to n3 written and nothing acknowledged.
  TestPeer& with_three() {
    TestPeer& peer = live_v1();
    for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
    EXPECT_EQ(shown(peer), "n1 n2 n3 ping:1");
    return peer;
  }

  void on_seen(std::vector<StreamId> ids, uint64_t connection = 0) {
    hub.on_seen("a", ids, connection);
  }

  static void client_seen(TestPeer& peer, std::vector<StreamId> ids, StreamId up_to = {}) {
    peer.session.frames()->on_client_seen({std::move(ids), up_to});
  }
};

TEST_F(SessionSeenTest, IsSentToTheOtherConnectionsOfHermodV1) {
  change([](HubOptions& options) { options.sessions_per_user_max = 3; });
  TestPeer& first = live_v1();
  TestPeer& second = live_v1();
  TestPeer& plain = join("a");
  bus.answer({});
  text("a", 1, "n1");
  on_seen({id(1)}, first.number);
  EXPECT_EQ(shown(first), "n1 ping:1");
  EXPECT_EQ(shown(second), "n1 seen:1 ping:1");
  EXPECT_EQ(shown(plain), "n1 ping:1");
  on_seen({id(1)});  // of another process
  EXPECT_EQ(shown(first), "seen:1");
  hub.on_seen("nobody", {}, 0);
}

TEST_F(SessionSeenTest, NeverComesBeforeTheNotification) {
  TestPeer& peer = join_v1("a");
  hub.on_subscribed("a");
  on_seen({id(3), id(1), id(3)});  // the page was read before
  bus.answer({.entries = {entry(1), entry(2)}, .more = true, .last = id(3)});
  EXPECT_EQ(shown(peer), "welcome n1 n2 seen:1 ping:1");
  peer.session.on_pong("1");
  ASSERT_EQ(bus.asked.size(), 1u);
  on_seen({id(2)});
  EXPECT_EQ(shown(peer), "seen:2");
  bus.answer({.entries = {seen_entry(3)}, .after = id(2), .last = id(3)});
  clock.advance(250);
  EXPECT_EQ(shown(peer), "n3! seen:3 ping:2");
  on_seen({id(4), id(5)});
  EXPECT_EQ(shown(peer), "");
  text("a", 4, "n4");
  EXPECT_EQ(shown(peer), "n4 seen:4");
  text("a", 5, "n5");
  EXPECT_EQ(shown(peer), "n5 seen:5");
}

TEST_F(SessionSeenTest, IsRepeatedAfterEachSubscriptionUpToThePosition) {
  TestPeer& peer = join_v1("a");
  hub.on_subscribed("a");
  bus.answer({.entries = {seen_entry(3), entry(4)},
              .more = true,
              .after = id(2),
              .last = id(5),
              .seen = {id(1), id(2), id(3)}});
  EXPECT_EQ(shown(peer), "welcome seen:1,2 n3! n4 ping:1");
  peer.session.on_pong("1");
  bus.answer({.entries = {entry(5)}, .after = id(4), .last = id(5), .seen = {id(1), id(2), id(3)}});
  clock.advance(250);
  EXPECT_EQ(shown(peer), "n5 ping:2");
  hub.on_subscribed("a");
  bus.answer({.after = id(5), .last = id(5), .seen = {id(1), id(2), id(3), id(5)}});
  EXPECT_EQ(shown(peer), "seen:1,2,3,5");
  text("a", 7, "n7");  // n6 was missed, and perhaps more
  bus.answer({.entries = {entry(6), entry(7)}, .after = id(5), .last = id(7), .seen = {id(4)}});
  peer.session.on_pong("2");
  clock.advance(250);
  EXPECT_EQ(shown(peer), "seen:4 n6 n7 ping:3");
}

TEST_F(SessionSeenTest, ManyIdsAreRepeatedInSeveralFrames) {
  TestPeer& peer = join_v1("a");
  hub.on_subscribed("a");
  std::vector<StreamId> ids;
  for (uint64_t count = 1; count <= 1500; ++count) ids.push_back(id(count));
  bus.answer({.after = id(1500), .last = id(1500), .seen = ids});
  const std::string sent = shown(peer);
  EXPECT_TRUE(sent.starts_with("welcome seen:1,2,"));
  EXPECT_NE(sent.find(",1024 seen:1025,"), std::string::npos);
  EXPECT_TRUE(sent.ends_with(",1500"));
}

TEST_F(SessionSeenTest, WhatWaitsForItsNotificationIsLimited) {
  TestPeer& peer = live_v1();
  std::vector<StreamId> ids;
  for (uint64_t count = 2; count < 6000; ++count) ids.push_back(id(count));
  on_seen(ids);
  EXPECT_EQ(shown(peer), "");
  text("a", 6001, "n");
  bus.answer({.after = id(6001), .last = id(6001)});
  EXPECT_TRUE(shown(peer).ends_with(",4097 ping:1"));
}

TEST_F(SessionSeenTest, IdsOfALostStreamAreForgotten) {
  TestPeer& peer = live_v1();
  on_seen({id(1)});
  hub.on_memory_lost(0, OldStreamIds::kVoid);
  text("a", 1, "n1");
  EXPECT_EQ(shown(peer), "n1 ping:1");
}

TEST_F(SessionSeenTest, TheBusIsToldWhatAClientHasSeen) {
  TestPeer& peer = live_v1();
  client_seen(peer, {id(1)});
  EXPECT_TRUE(bus.seen.empty());  // nothing was sent to it
  text("a", 1, "n1");
  client_seen(peer, {id(1)});
  EXPECT_TRUE(bus.seen.empty());
  EXPECT_EQ(shown(peer), "n1 ping:1");
  client_seen(peer, {id(1), id(9)});
  EXPECT_EQ(bus.seen.back(), "a 1001-1 1009-9 of 1001-1 by 1");
  client_seen(peer, {}, id(9));
  EXPECT_EQ(bus.seen.back(), "a up to 1009-9 of 1001-1 by 1");
}

TEST_F(SessionSeenTest, WhatAClientReportsEarlyWaitsForTheFirstPage) {
  TestPeer& peer = join_v1("a");
  client_seen(peer, std::vector<StreamId>(200, id(1)));
  client_seen(peer, std::vector<StreamId>(200, id(2)), id(2));
  hub.on_subscribed("a");
  EXPECT_TRUE(bus.seen.empty());
  bus.answer({.entries = {entry(3)}, .after = id(2), .last = id(3)});
  ASSERT_EQ(bus.seen.size(), 1u);
  EXPECT_TRUE(bus.seen[0].ends_with(" 1001-1 1002-2" + repeated(" 1002-2", 55) +
                                    " up to 1002-2 of 1002-2 by 1"));
  EXPECT_TRUE(bus.marks.empty());  // it begins there
}

TEST_F(SessionSeenTest, IdsAcknowledgeWithoutAGap) {
  TestPeer& peer = with_three();
  client_seen(peer, {id(3), id(2)});
  EXPECT_TRUE(bus.marks.empty());
  client_seen(peer, {id(3), id(2), id(1)});
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1003-3"});
  client_seen(peer, {id(3)});
  EXPECT_EQ(bus.marks.size(), 1u);
}

TEST_F(SessionSeenTest, IdsContinueFromWhatThePongAcknowledged) {
  TestPeer& peer = with_three();
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a 1003-3");
  text("a", 4, "n4");
  text("a", 5, "n5");
  EXPECT_EQ(shown(peer), "n4 n5");
  client_seen(peer, {id(5)});
  EXPECT_EQ(bus.marks.back(), "a 1003-3");
  client_seen(peer, {id(4)});
  EXPECT_EQ(bus.marks.back(), "a 1004-4");
}

TEST_F(SessionSeenTest, UpToAcknowledgesWhatWasSent) {
  TestPeer& peer = with_three();
  client_seen(peer, {}, id(2));
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1002-2"});
  client_seen(peer, {}, id(1));
  EXPECT_EQ(bus.marks.size(), 1u);
  client_seen(peer, {}, id(7));
  EXPECT_EQ(bus.marks.back(), "a 1003-3");
}

TEST_F(SessionSeenTest, ForgedIdsAcknowledgeNothing) {
  TestPeer& peer = with_three();
  client_seen(peer, {{9999, 1}, {1001, 9}, {1000, 4}});
  client_seen(peer, {}, {1, 1'000'000});
  client_seen(peer, {}, {UINT64_MAX, 1});
  EXPECT_TRUE(bus.marks.empty());
  client_seen(peer, {}, {UINT64_MAX, UINT64_MAX});
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1003-3"});
}

}  // namespace
}  // namespace hermod
