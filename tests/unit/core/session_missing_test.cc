// Messages that a session cannot send are replaced by notices.
#include <gtest/gtest.h>

#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using test::TestPeer;

class SessionMissingTest : public test::SessionFixture {
 protected:
  void SetUp() override {
    change([](HubOptions& options) { options.outbox.bytes_max = 1000; });
  }

  // The result of take(), with each notice as "<component>:<count>".
  std::string shown(TestPeer& peer) {
    std::string sent = take(peer);
    for (size_t at = 0; (at = sent.find("{\"teacher_id\"", at)) != std::string::npos; ++at) {
      const size_t end = sent.find("Z\"}", at) + 3;
      const std::string notice = sent.substr(at, end - at);
      EXPECT_NE(notice.find("\"notifications_dropped\""), std::string::npos) << notice;
      const size_t name = notice.find("\"component\":\"") + 13;
      const size_t count = notice.find("\"count\":") + 8;
      sent.replace(at, end - at,
                   notice.substr(name, notice.find('"', name) - name) + ':' +
                       notice.substr(count, notice.find('}', count) - count));
    }
    return sent;
  }

  // A connection whose replay consists of `entries`.
  TestPeer& returning(std::vector<ReplayPage::Entry> entries) {
    TestPeer& peer = join("a");
    if (bus.asked.empty()) hub.on_subscribed("a");
    const StreamId last = entries.back().stream_id;
    bus.answer({.entries = std::move(entries), .last = last});
    return peer;
  }

  void refuse(TestPeer& peer) {
    hub.on_payload_refused(peer.session);
    hub.leave(peer.session);
  }

  const std::string large = std::string(1001, 'x');
};

TEST_F(SessionMissingTest, APayloadTooLargeIsAnnouncedInItsPlace) {
  TestPeer& peer = live("a");
  text("a", 1, "n1");
  text("a", 2, large);
  text("a", 3, "n3");
  EXPECT_TRUE(bus.asked.empty());
  EXPECT_EQ(shown(peer), "n1 outbox:1 n3 ping:1");
  EXPECT_EQ(stats.messages_failed["too_large"], 1u);
  EXPECT_EQ(stats.messages_sent, 2u);
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a " + to_string(entry(3).stream_id));
}

TEST_F(SessionMissingTest, ThePositionPassesItOnlyWithTheNotice) {
  TestPeer& peer = live("a");
  text("a", 1, "n1");
  EXPECT_EQ(shown(peer), "n1 ping:1");
  text("a", 2, large);
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a " + to_string(entry(1).stream_id));
  clock.advance(250);
  EXPECT_EQ(shown(peer), "outbox:1 ping:2");
  peer.session.on_pong("2");
  EXPECT_EQ(bus.marks.back(), "a " + to_string(entry(2).stream_id));
}

TEST_F(SessionMissingTest, EachConnectionIsTold) {
  TestPeer& first = live("a");
  TestPeer& second = join("a");
  bus.answer({});
  text("a", 1, large);
  EXPECT_EQ(shown(first), "outbox:1 ping:1");
  EXPECT_EQ(shown(second), "outbox:1 ping:1");
}

TEST_F(SessionMissingTest, AnExternalMessageTooLargeIsAnnouncedToo) {
  TestPeer& peer = live("a");
  text("a", 0, large);
  text("a", 0, "x");
  EXPECT_EQ(shown(peer), "outbox:1 x");
  EXPECT_EQ(peer.closed, 0);
}

TEST_F(SessionMissingTest, AReplaySumsUpWhatFollowsEachOther) {
  TestPeer& peer = returning({entry(1),
                              {entry(2).stream_id, large},
                              {entry(3).stream_id, large},
                              entry(4),
                              {entry(5).stream_id, large}});
  EXPECT_EQ(shown(peer), "n1 outbox:2 n4 outbox:1 ping:1");
  EXPECT_EQ(stats.messages_failed["too_large"], 3u);
  EXPECT_EQ(stats.messages_replayed, 2u);
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a " + to_string(entry(5).stream_id));
}

TEST_F(SessionMissingTest, WhatIsHeldDuringAReplayIsBounded) {
  change([](HubOptions& options) { options.outbox.messages_max = 3; });
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  text("a", 0, std::string(600, 'x'));
  text("a", 0, std::string(600, 'y'));  // exceeds the bytes left
  text("a", 0, large);                  // exceeds an empty outbox
  EXPECT_EQ(stats.messages_dropped, 1u);
  EXPECT_EQ(stats.messages_failed["too_large"], 1u);
  for (const char* body : {"1", "2", "3"}) text("a", 0, body);
  EXPECT_EQ(stats.messages_dropped, 3u);
  bus.answer({});
  EXPECT_EQ(shown(peer), "outbox:3 " + std::string(600, 'x') + " outbox:1 1");
}

TEST_F(SessionMissingTest, WhatAllHoldDuringTheirReplaysIsBoundedTogether) {
  change([](HubOptions& options) { options.outboxes_bytes_max = 1000; });
  TestPeer& first = join("a");
  TestPeer& second = join("b");
  for (const char* user : {"a", "b"}) hub.on_subscribed(user);
  text("a", 0, std::string(600, 'x'));
  text("b", 0, std::string(600, 'y'));
  EXPECT_EQ(stats.messages_dropped, 1u);
  bus.answer({});
  EXPECT_EQ(shown(first), std::string(600, 'x'));
  text("b", 0, std::string(600, 'z'));  // fits again
  EXPECT_EQ(stats.messages_dropped, 1u);
  bus.answer({});
  EXPECT_EQ(shown(second), "outbox:1 " + std::string(600, 'z'));
}

TEST_F(SessionMissingTest, TheOutboxIsBoundedInBytesToo) {
  TestPeer& peer = live("a");
  text("a", 0, std::string(600, 'x'));
  text("a", 0, std::string(600, 'x'));
  EXPECT_EQ(peer.closed, 1013);
}

TEST_F(SessionMissingTest, WhatAClientRefusesTwiceIsSkippedAndAnnounced) {
  TestPeer& first = returning({entry(1), entry(2), entry(3), entry(4)});
  EXPECT_EQ(shown(first), "n1 n2 n3 n4 ping:1");
  refuse(first);
  EXPECT_EQ(stats.messages_failed["refused_by_client"], 0u);

  // Messages are sent one at a time: the one that is unconfirmed at the second refusal is the
  // cause.
  TestPeer& second = returning({entry(1), entry(2), entry(3), entry(4)});
  EXPECT_EQ(shown(second), "n1 ping:1");
  EXPECT_EQ(shown(second), "");
  second.woken = false;
  second.session.on_pong("1");
  EXPECT_TRUE(second.woken);
  EXPECT_EQ(shown(second), "n2 ping:2");
  refuse(second);
  EXPECT_EQ(stats.messages_failed["refused_by_client"], 1u);
  EXPECT_TRUE(log.has("stream_id=" + to_string(entry(2).stream_id)));

  TestPeer& third = returning({entry(2), entry(3), entry(4)});
  EXPECT_EQ(shown(third), "client:1 ping:1");
  third.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a " + to_string(entry(2).stream_id));
  EXPECT_EQ(shown(third), "n3 ping:2");
  third.session.on_pong("2");
  EXPECT_EQ(shown(third), "n4 ping:3");
  third.session.on_pong("3");  // confirms everything that was sent before the ping
  text("a", 5, "n5");
  text("a", 6, "n6");
  clock.advance(250);
  EXPECT_EQ(shown(third), "n5 n6 ping:4");
}

TEST_F(SessionMissingTest, ALiveMessageIsSkippedAfterOneReturn) {
  TestPeer& first = live("a");
  text("a", 1, "n1");
  EXPECT_EQ(shown(first), "n1 ping:1");
  refuse(first);
  TestPeer& second = returning({entry(1)});
  EXPECT_EQ(shown(second), "n1 ping:1");
  refuse(second);
  EXPECT_EQ(shown(returning({entry(1)})), "client:1 ping:1");
}

TEST_F(SessionMissingTest, AnotherConnectionOfTheUserKeepsGettingWhatOneRefuses) {
  TestPeer& able = live("a");
  text("a", 1, "n1");
  TestPeer& first = returning({entry(1)});
  EXPECT_EQ(shown(first), "n1 ping:1");
  refuse(first);
  TestPeer& second = returning({entry(1)});
  EXPECT_EQ(shown(second), "n1 ping:1");
  refuse(second);
  EXPECT_EQ(shown(able), "n1 ping:1");
  able.session.on_pong("1");  // advances the ack cursor of the user
  clock.advance(250);
  TestPeer& third = join("a");
  bus.answer({.after = entry(1).stream_id, .last = entry(1).stream_id});
  text("a", 2, "n2");
  text("a", 3, "n3");
  EXPECT_EQ(shown(third), "n2 n3 ping:1");
}

TEST_F(SessionMissingTest, AnExternalMessageThatAClientRefusesBlamesNoOther) {
  TestPeer& first = returning({entry(1), entry(2)});
  text("a", 0, "external");
  EXPECT_EQ(shown(first), "n1 n2 external ping:1");
  refuse(first);
  TestPeer& second = returning({entry(1), entry(2)});
  text("a", 0, "external");
  EXPECT_EQ(shown(second), "n1 ping:1");
  second.session.on_pong("1");
  EXPECT_EQ(shown(second), "n2 ping:2");
  second.session.on_pong("2");
  EXPECT_EQ(shown(second), "external");
  refuse(second);
  EXPECT_EQ(stats.messages_failed["refused_by_client"], 0u);
}

// Dropped messages do not hide the message that is in flight.
TEST_F(SessionMissingTest, WhatIsGivenUpMeanwhileIsNotBlamed) {
  change([](HubOptions& options) {
    options.outbox.messages_max = 1;
    options.outbox.policy = SlowPolicy::kDropOldest;
  });
  TestPeer& first = live("a");
  text("a", 1, "n1");
  EXPECT_EQ(shown(first), "n1 ping:1");
  refuse(first);
  TestPeer& second = returning({entry(1)});
  EXPECT_EQ(shown(second), "n1 ping:1");
  text("a", 2, "n2");
  text("a", 3, "n3");  // n2 is dropped
  EXPECT_EQ(shown(second), "");
  EXPECT_EQ(second.session.unconfirmed(), entry(1).stream_id);
  refuse(second);
  EXPECT_EQ(stats.messages_failed["refused_by_client"], 1u);
}

}  // namespace
}  // namespace hermod
