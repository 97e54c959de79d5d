#include "core/session.h"

#include <gtest/gtest.h>

#include "support/kept_tracer.h"
#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using test::TestPeer;

class SessionTest : public test::SessionFixture {};

TEST_F(SessionTest, OneSubscriptionAUserReleasedWithTheLast) {
  TestPeer& first = join("a");
  TestPeer& second = join("a");
  EXPECT_EQ(bus.subscribed, std::vector<std::string>{"a"});
  hub.leave(first.session);
  EXPECT_TRUE(bus.unsubscribed.empty());
  hub.leave(second.session);
  hub.leave(second.session);
  EXPECT_EQ(bus.unsubscribed, std::vector<std::string>{"a"});
  EXPECT_EQ(hub.session_count(), 0u);
}

TEST_F(SessionTest, RefusesOneMoreThanTheLimitAndKeepsTheOthers) {
  join("a");
  join("a");
  TestPeer extra(hub);
  EXPECT_FALSE(hub.join(extra.session, "a"));
  EXPECT_EQ(hub.session_count(), 2u);
  hub.leave(extra.session);
}

TEST_F(SessionTest, EachConnectionGetsOneCopyAndNobodyElseAny) {
  TestPeer& first = live("a");
  TestPeer& second = join("a");
  bus.answer({});
  TestPeer& other = live("b");
  text("a", 0, "x");
  EXPECT_EQ(take(first), "x");
  EXPECT_EQ(take(second), "x");
  EXPECT_EQ(take(other), "");
  EXPECT_EQ(stats.messages_sent, 2u);
}

TEST_F(SessionTest, ReplaysBehindTheMarkThenLive) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_FALSE(bus.asked[0].after);
  text("a", 3, "n3");  // skipped, because the stream contains it
  text("a", 0, "foreign");
  EXPECT_EQ(take(peer), "");
  bus.answer({.entries = {entry(2)}, .after = entry(1).stream_id, .last = entry(2).stream_id});
  ASSERT_EQ(bus.asked.size(), 1u);  // n3 was skipped, so the session reads on
  EXPECT_EQ(bus.asked[0].after, entry(2).stream_id);
  bus.answer({.entries = {entry(3)}, .after = entry(2).stream_id, .last = entry(3).stream_id});
  text("a", 4, "n4");
  EXPECT_EQ(take(peer), "n2 n3 foreign n4 ping:1");
  text("a", 4, "n4");
  EXPECT_EQ(take(peer), "");
}

TEST_F(SessionTest, AsksForTheNextPageWhenTheOutboxIsEmpty) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  bus.answer({.entries = {entry(1), entry(2)}, .more = true, .last = entry(3).stream_id});
  EXPECT_TRUE(bus.asked.empty());
  EXPECT_EQ(take(peer, 1), "n1 ping:1");
  peer.session.on_pong("1");
  EXPECT_TRUE(bus.asked.empty());
  EXPECT_EQ(take(peer, 1), "n2");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, entry(2).stream_id);
}

TEST_F(SessionTest, TheFirstPageIsSmallAndTheNextOneFollowsTheFirstPong) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].entries_max, 16u);
  EXPECT_EQ(bus.asked[0].bytes_max, 16u * 1024);
  bus.answer({.entries = {entry(1), entry(2)}, .more = true, .last = entry(4).stream_id});
  EXPECT_EQ(take(peer), "n1 n2 ping:1");
  EXPECT_EQ(take(peer), "");
  EXPECT_TRUE(bus.asked.empty());  // the client may not read at all
  peer.session.on_pong("1");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, entry(2).stream_id);
  EXPECT_EQ(bus.asked[0].entries_max, ReplayRequest().entries_max);
  EXPECT_EQ(bus.asked[0].bytes_max, ReplayRequest().bytes_max);
  bus.answer({.entries = {entry(3)}, .more = true, .last = entry(4).stream_id});
  EXPECT_EQ(take(peer), "n3");
  ASSERT_EQ(bus.asked.size(), 1u);  // later pages do not wait for a pong
}

TEST_F(SessionTest, TheFirstPongIsAskedForWithoutDeliveryPingsToo) {
  change([](HubOptions& options) { options.delivery_ping_ms = 0; });
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  bus.answer({.entries = {entry(1)}, .more = true, .last = entry(2).stream_id});
  EXPECT_EQ(take(peer), "n1 ping:1");
  EXPECT_TRUE(bus.asked.empty());
  peer.session.on_pong("1");
  EXPECT_EQ(bus.asked.size(), 1u);
}

TEST_F(SessionTest, AnnouncesWhatTheBoundsCut) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  bus.answer(
      {.entries = {entry(9)}, .after = entry(2).stream_id, .last = entry(9).stream_id, .cut = 6});
  const std::string sent = take(peer);
  EXPECT_NE(sent.find("\"notification_type\":\"notifications_dropped\""), std::string::npos);
  EXPECT_NE(sent.find("\"count\":6"), std::string::npos);
  EXPECT_LT(sent.find("dropped"), sent.find("n9"));
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a " + to_string(entry(9).stream_id));
}

TEST_F(SessionTest, AJumpInTheCountSendsItBackToRead) {
  TestPeer& peer = live("a");
  text("a", 1, "n1");
  text("a", 3, "n3");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, entry(1).stream_id);
  EXPECT_EQ(bus.asked[0].reach, ReplayRequest::Reach::kGap);
  bus.answer(
      {.entries = {entry(2), entry(3)}, .after = entry(1).stream_id, .last = entry(3).stream_id});
  EXPECT_EQ(take(peer), "n1 n2 n3 ping:1");
}

TEST_F(SessionTest, OneHeldTextMayBeAsLargeAsAnOutbox) {
  change([](HubOptions& options) { options.outbox.bytes_max = 100; });
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  text("a", 0, std::string(100, 'x'));
  bus.answer({});
  EXPECT_EQ(take(peer), std::string(100, 'x'));
}

TEST_F(SessionTest, AFailedPageWaitsForTheSubscription) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  const auto done = bus.asked.front().done;
  bus.asked.pop_front();
  done(Error{ErrorCode::kConnection, "gone"});
  EXPECT_EQ(peer.session.state(), Session::State::kWaiting);
  hub.on_bus_state(0, BusState::kDown, "gone");
  hub.on_subscribed("a");
  bus.answer({.entries = {entry(1)}, .last = entry(1).stream_id});
  EXPECT_EQ(take(peer), "n1 ping:1");
}

TEST_F(SessionTest, APageThatComesAfterTheEndIsForgotten) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  hub.leave(peer.session);
  bus.answer({.entries = {entry(1)}, .last = entry(1).stream_id});
  EXPECT_EQ(take(peer), "");
}

TEST_F(SessionTest, ThePongMovesTheMarkAndNothingElseDoes) {
  TestPeer& peer = live("a");
  text("a", 1, "n1");
  EXPECT_EQ(take(peer), "n1 ping:1");
  EXPECT_TRUE(bus.marks.empty());
  peer.session.on_pong("0");
  peer.session.on_pong("");
  EXPECT_TRUE(bus.marks.empty());
  text("a", 2, "n2");
  EXPECT_EQ(take(peer), "n2");  // without a ping, because one is outstanding
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1001-1"});
  EXPECT_EQ(peer.session.ping_due_ms(), clock.steady_ms() + 250);
  EXPECT_EQ(take(peer), "");
  clock.advance(250);
  EXPECT_EQ(take(peer), "ping:2");
  peer.session.on_pong("2");
  EXPECT_EQ(bus.marks.back(), "a 1002-2");
}

TEST_F(SessionTest, EachConnectionConfirmsForItself) {
  TestPeer& first = live("a");
  TestPeer& second = join("a");
  bus.answer({});
  text("a", 1, "n1");
  take(first);
  text("a", 2, "n2");
  take(second);
  second.session.on_pong("1");
  first.session.on_pong("1");
  EXPECT_EQ(bus.marks, (std::vector<std::string>{"a 1002-2", "a 1001-1"}));
}

TEST_F(SessionTest, WhatAnotherConnectionConfirmedMeanwhileIsReplayed) {
  TestPeer& first = live("a");
  text("a", 1, "n1");
  text("a", 2, "n2");
  take(first);
  TestPeer& second = join("a");
  first.session.on_pong("1");
  bus.answer(
      {.entries = {entry(2), entry(3)}, .after = entry(1).stream_id, .last = entry(3).stream_id});
  EXPECT_EQ(take(second), "n2 n3 ping:1");
}

TEST_F(SessionTest, AConnectionThatEndsTellsTheBusHow) {
  TestPeer& first = live("a");
  TestPeer& second = join("a");
  bus.answer({});
  TestPeer& waiting = join("b");
  hub.leave(first.session);
  hub.leave(second.session, CursorEnd::kClean);
  hub.leave(waiting.session);  // the bus knows nothing of it
  EXPECT_EQ(bus.ended, (std::vector<std::string>{"a held", "a clean"}));
  hub.confirm_after("a", {"", 1}, entry(1).stream_id);
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1001-1 late"});
}

TEST_F(SessionTest, WithoutDeliveryPingsTheKernelsTakingCounts) {
  change([](HubOptions& options) { options.delivery_ping_ms = 0; });
  TestPeer& peer = live("a");
  text("a", 1, "n1");
  EXPECT_EQ(take(peer), "n1");
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1001-1"});
}

// The bus replays no messages from before the connection (NOTIFICATION_TTL_SECONDS=0).
TEST_F(SessionTest, WithNothingToReplayAConnectionBeginsWithTheNextText) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  bus.answer({.last = entry(6).stream_id});
  EXPECT_EQ(peer.session.state(), Session::State::kLive);
  text("a", 7, "n7");
  EXPECT_EQ(take(peer), "n7 ping:1");
}

// This also holds if the subscription is lost before the first page arrives.
TEST_F(SessionTest, TheFirstPageIsAskedForSinceTheConnectionBegan) {
  const int64_t joined_ms = clock.steady_ms();
  TestPeer& peer = join("a");
  clock.advance(700);
  hub.on_subscribed("a");
  EXPECT_EQ(bus.asked.front().connected_ms, joined_ms);
  text("a", 6, "n6");
  const auto done = bus.asked.front().done;
  bus.asked.pop_front();
  done(Error{ErrorCode::kConnection, "gone"});
  clock.advance(700);
  hub.on_subscribed("a");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked.front().connected_ms, joined_ms);
  bus.answer({.entries = {entry(6), entry(7)}, .last = entry(7).stream_id});
  EXPECT_EQ(take(peer), "n6 n7 ping:1");
}

// Messages from before the connection are not replayed after the subscription is restored either.
TEST_F(SessionTest, ALostSubscriptionIsReadFromTheConnectionsBeginning) {
  join("a");
  hub.on_subscribed("a");
  bus.answer({.last = entry(6).stream_id});
  hub.on_subscribed("a");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked.front().after, entry(6).stream_id);
  EXPECT_EQ(bus.asked.front().reach, ReplayRequest::Reach::kGap);
}

// The bus can be down while its subscriptions work, for example because Redis has no memory left.
TEST_F(SessionTest, ASecondConnectionCatchesUpThoughTheBusIsDown) {
  live("a");
  hub.on_bus_state(0, BusState::kDown, "full");
  TestPeer& second = join("a");
  hub.on_bus_state(0, BusState::kUp, {});
  ASSERT_EQ(bus.asked.size(), 1u);
  bus.answer({});
  text("a", 1, "n1");
  EXPECT_EQ(take(second), "n1 ping:1");
}

TEST_F(SessionTest, ATextThatNobodyKeptIsCountedAndNotWaitedFor) {
  TestPeer& peer = live("a");
  text("a", 3, "n3");
  bus.answer({});
  EXPECT_EQ(peer.session.state(), Session::State::kLive);
  EXPECT_EQ(stats.messages_failed["not_kept"], 1u);
  text("a", 4, "n4");
  EXPECT_EQ(take(peer), "n4 ping:1");
}

TEST_F(SessionTest, AMadeUpStreamIdDoesNotHideWhatFollows) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  hub.on_text("a", StreamId{60'000, 900}, "made up", {});
  bus.answer({.after = entry(3).stream_id, .last = entry(3).stream_id});
  EXPECT_EQ(peer.session.state(), Session::State::kLive);
  text("a", 4, "n4");
  EXPECT_EQ(take(peer), "n1 n2 n3 n4 ping:1");
}

// Redis failed over to a machine whose clock is slow.
TEST_F(SessionTest, AHigherCountWithALowerTimeIsNew) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  EXPECT_EQ(take(peer), "n1 n2 n3 ping:1");
  peer.session.on_pong("1");
  hub.on_text("a", StreamId{900, 4}, "n4", {});
  hub.on_text("a", StreamId{900, 3}, "old", {});
  hub.on_text("a", StreamId{901, 5}, "n5", {});
  clock.advance(1000);
  EXPECT_EQ(take(peer), "n4 n5 ping:2");
  peer.session.on_pong("2");
  EXPECT_EQ(bus.marks.back(), "a 901-5");
  EXPECT_TRUE(bus.asked.empty());
}

TEST_F(SessionTest, AGapUpToAHigherCountWithALowerTimeIsRead) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  hub.on_text("a", StreamId{901, 6}, "n6", {});
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, entry(3).stream_id);
  hub.on_text("a", StreamId{902, 7}, "n7", {});
  bus.answer(
      {.entries = {{StreamId{900, 4}, "n4"}, {StreamId{900, 5}, "n5"}, {StreamId{901, 6}, "n6"}},
       .after = entry(3).stream_id,
       .last = {901, 6}});
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, (StreamId{901, 6}));
  bus.answer({.entries = {{StreamId{902, 7}, "n7"}}, .after = {901, 6}, .last = {902, 7}});
  EXPECT_EQ(take(peer), "n1 n2 n3 n4 n5 n6 n7 ping:1");
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a 902-7");
}

// A message is routed between the subscription and the page, with a stream id below the session's.
TEST_F(SessionTest, WhatPassesByOfAHistoryThatEndsBelowOursIsRead) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  take(peer);
  hub.on_subscribed("a");
  hub.on_text("a", StreamId{900, 2}, "another n2", {});
  bus.answer({.after = entry(3).stream_id, .last = {900, 2}});
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, (StreamId{900, 1}));
  bus.answer({.entries = {{StreamId{900, 2}, "another n2"}}, .after = {900, 1}, .last = {900, 2}});
  hub.on_text("a", StreamId{901, 3}, "another n3", {});
  EXPECT_EQ(take(peer), "another n2 another n3");
  EXPECT_TRUE(stats.messages_failed.empty());
}

// Redis failed over to a replica that has no messages of this user.
TEST_F(SessionTest, AHistoryThatBeginsAgainIsFollowedFromItsBeginning) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  take(peer);
  peer.session.on_pong("1");
  hub.on_subscribed("a");
  bus.answer({.after = entry(3).stream_id});
  hub.on_text("a", StreamId{900, 1}, "another n1", {});
  hub.on_text("a", StreamId{900, 2}, "another n2", {});
  clock.advance(1000);
  EXPECT_EQ(take(peer), "another n1 another n2 ping:2");
  peer.session.on_pong("2");
  EXPECT_EQ(bus.marks.back(), "a 900-2");
  EXPECT_TRUE(bus.asked.empty());
}

TEST_F(SessionTest, AHistoryThatEndsBelowOursIsFollowedFromItsEnd) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  EXPECT_EQ(take(peer), "n1 n2 n3 ping:1");
  peer.session.on_pong("1");
  hub.on_subscribed("a");
  EXPECT_EQ(bus.asked[0].after, entry(3).stream_id);
  bus.answer({.after = entry(3).stream_id, .last = entry(1).stream_id});
  hub.on_text("a", StreamId{1001, 2}, "another n2", {});
  hub.on_text("a", StreamId{1002, 3}, "another n3", {});
  clock.advance(1000);
  EXPECT_EQ(take(peer), "another n2 another n3 ping:2");
  peer.session.on_pong("2");
  EXPECT_EQ(bus.marks.back(), "a 1002-3");
  EXPECT_TRUE(bus.asked.empty());
}

// The page and the live message arrive on two links, in any order.
TEST_F(SessionTest, ATextThatWentByAnEmptyPageUnderWayIsReadWithTheNext) {
  TestPeer& peer = join("a");
  hub.on_subscribed("a");
  text("a", 1, "n1");
  bus.answer({});
  ASSERT_EQ(bus.asked.size(), 1u);
  bus.answer({.entries = {entry(1)}, .last = entry(1).stream_id});
  EXPECT_EQ(take(peer), "n1 ping:1");
  EXPECT_TRUE(stats.messages_failed.empty());
}

TEST_F(SessionTest, ASlowClientIsClosedAtTheLimit) {
  change([](HubOptions& options) { options.outbox.messages_max = 2; });
  TestPeer& peer = live("a");
  text("a", 1, "n1");
  text("a", 2, "n2");
  EXPECT_EQ(peer.closed, 0);
  text("a", 3, "n3");
  EXPECT_EQ(peer.closed, 1013);
  EXPECT_EQ(take(peer), "");
}

TEST_F(SessionTest, WhatWaitsInAllOutboxesIsCounted) {
  TestPeer& first = live("a");
  TestPeer& second = live("b");
  text("a", 0, "1234");
  text("a", 0, "123456");
  text("b", 0, "12");
  EXPECT_EQ(stats.outboxes.messages, 3u);
  EXPECT_EQ(stats.outboxes.bytes, 3u * 2 + 4 + 6 + 2);  // a frame's header has two bytes
  take(first);
  EXPECT_EQ(stats.outboxes.messages, 1u);
  hub.leave(second.session);
  EXPECT_EQ(stats.outboxes.messages, 0u);
  EXPECT_EQ(stats.outboxes.bytes, 0u);
}

TEST_F(SessionTest, TheAgeOfWhatIsSentIsCountedByPriority) {
  TestPeer& peer = live("a");
  text("a", 1, R"({"priority":"critical"})");
  text("a", 2, R"({"text":"no priority"})");
  text("a", 0, R"({"priority":"critical","foreign":"has no age"})");
  take(peer);
  const auto sent = [&](size_t rank) {
    uint64_t all = 0;
    for (const uint64_t count : stats.event_age_seconds[rank].counts()) all += count;
    return all;
  };
  EXPECT_EQ(kPriorityLabels[4], "critical");
  EXPECT_EQ(sent(4), 1u);
  EXPECT_EQ(kPriorityLabels[1], "standard");
  EXPECT_EQ(sent(1), 1u);
}

TEST_F(SessionTest, ADeliveryIsASpanFromItsArrivalLinkedToItsConnection) {
  test::KeptTracer tracer;
  hub.host().tracer = &tracer;
  TestPeer& peer = live("a");
  const TraceContext connection{{7, 7}, 8, true};
  peer.session.set_trace({connection, "a"});
  tracer.time_ns = 100;
  hub.on_text("a", StreamId{}, "traced", {{1, 2}, 3, true});
  tracer.time_ns = 900;
  text("a", 0, "not traced");
  take(peer);
  ASSERT_EQ(tracer.spans.size(), 1u);
  const Span& span = tracer.spans[0];
  EXPECT_EQ(span.name, "hermod.delivery");
  EXPECT_EQ(span.context.trace, (TraceId{1, 2}));
  EXPECT_EQ(span.parent, 3u);
  EXPECT_EQ(span.at.steady_ns, 100);
  EXPECT_EQ(span.links, std::vector<TraceContext>{connection});
  EXPECT_FALSE(span.failed);
}

TEST_F(SessionTest, ADeliveryThatMeetsAFullOutboxSaysSo) {
  test::KeptTracer tracer;
  hub.host().tracer = &tracer;
  change([](HubOptions& options) { options.outbox.messages_max = 1; });
  TestPeer& peer = live("a");
  text("a", 0, "waits");
  hub.on_text("a", StreamId{}, "one too many", {{1, 2}, 3, true});
  EXPECT_EQ(peer.closed, 1013);
  ASSERT_EQ(tracer.spans.size(), 1u);
  EXPECT_TRUE(tracer.spans[0].failed);
}

TEST_F(SessionTest, ATextOfTheLimitItselfIsNotSlow) {
  change([](HubOptions& options) { options.outbox.bytes_max = 100; });
  TestPeer& peer = live("a");
  text("a", 1, std::string(100, 'x'));
  EXPECT_EQ(peer.closed, 0);
  EXPECT_EQ(take(peer), std::string(100, 'x') + " ping:1");
}

TEST_F(SessionTest, ABurstWithinOneTurnIsNotSlow) {
  change([](HubOptions& options) { options.outbox.messages_max = 2; });
  TestPeer& peer = live("a");
  peer.slow = false;
  for (uint64_t i = 1; i <= 5; ++i) text("a", i, "n" + std::to_string(i));
  EXPECT_EQ(peer.closed, 0);
  EXPECT_NE(peer.relieved.find("n4"), std::string::npos);
  EXPECT_EQ(peer.relieved.find("n5"), std::string::npos);
  // A pong does not confirm messages that were written after its ping.
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks, (std::vector<std::string>{"a 1002-2"}));
  EXPECT_EQ(take(peer), "n5 ping:2");
}

TEST_F(SessionTest, DropOldestGivesUpTheLeastDearAndSaysSo) {
  change([](HubOptions& options) {
    options.outbox.messages_max = 3;
    options.outbox.policy = SlowPolicy::kDropOldest;
  });
  TestPeer& peer = live("a");
  text("a", 0, R"({"priority":"critical","n":1})");
  text("a", 0, R"({"data":{"priority":"low","n":2}})");
  text("a", 0, R"({"priority":"high","n":3})");
  text("a", 0, R"({"priority":"high","n":4})");
  text("a", 0, R"({"priority":"low","n":5})");
  const std::string sent = take(peer);
  EXPECT_EQ(peer.closed, 0);
  EXPECT_EQ(sent.find("\"n\":2"), std::string::npos);
  EXPECT_EQ(sent.find("\"n\":3"), std::string::npos);
  EXPECT_LT(sent.find("\"count\":2"), sent.find("\"n\":1"));
  EXPECT_LT(sent.find("\"n\":1"), sent.find("\"n\":4"));
  EXPECT_LT(sent.find("\"n\":4"), sent.find("\"n\":5"));
  EXPECT_EQ(stats.messages_dropped, 2u);
  EXPECT_EQ(stats.outboxes.messages, 0u);
  EXPECT_EQ(stats.outboxes.bytes, 0u);
}

TEST_F(SessionTest, DropOldestGivesUpTheStaleFirstAndDropsCountAsDone) {
  change([](HubOptions& options) {
    options.outbox.messages_max = 2;
    options.outbox.policy = SlowPolicy::kDropOldest;
    options.outbox.stale_ms = 1000;
  });
  TestPeer& peer = live("a");
  text("a", 1, R"({"priority":"critical"})");  // stale by the time of its stream id
  text("a", 0, R"({"priority":"low","n":2})");
  text("a", 0, R"({"priority":"low","n":3})");
  const std::string sent = take(peer);
  EXPECT_EQ(sent.find("critical"), std::string::npos);
  EXPECT_NE(sent.find("\"n\":2"), std::string::npos);
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks, std::vector<std::string>{"a 1001-1"});
}

TEST_F(SessionTest, TellsOfAnOutageOnceAndOfItsEnd) {
  TestPeer& peer = live("a");
  hub.announcer().announce_degraded(0);
  hub.announcer().announce_degraded(0);
  TestPeer& late = join("b");
  EXPECT_NE(take(peer).find("service_degraded"), std::string::npos);
  EXPECT_NE(take(late).find("service_degraded"), std::string::npos);
  hub.announcer().announce_restored(0);
  hub.announcer().announce_restored(0);
  EXPECT_NE(take(peer).find("service_restored"), std::string::npos);
  EXPECT_NE(take(late).find("service_restored"), std::string::npos);
  EXPECT_EQ(take(peer), "");
  EXPECT_EQ(stats.messages_sent, 0u);
}

TEST_F(SessionTest, AfterMemoryLossPlacesStartAnew) {
  TestPeer& peer = live("a");
  text("a", 5, "n5");
  ASSERT_EQ(bus.asked.size(), 1u);
  bus.answer({.entries = {entry(5)}, .last = entry(5).stream_id});
  take(peer);
  peer.session.on_pong("1");
  hub.on_memory_lost(0, OldStreamIds::kVoid);
  EXPECT_TRUE(log.has("error_detail.operation=hub.restore"));
  hub.on_text("a", StreamId{900, 1}, "next", {});  // an earlier time, and a count that begins again
  clock.advance(1000);
  EXPECT_EQ(take(peer), "next ping:2");
  peer.session.on_pong("2");
  EXPECT_EQ(bus.marks.back(), "a 900-1");
}

// The loss is reported after newer messages were delivered: they are not delivered again, and none
// is missed.
TEST_F(SessionTest, AfterMemoryLossOnAStandingLinkNothingComesTwice) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2}) text("a", count, "n" + std::to_string(count));
  hub.on_text("a", StreamId{2000, 1}, "n3", {});
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked[0].after, entry(2).stream_id);
  bus.answer(
      {.entries = {{StreamId{2000, 1}, "n3"}}, .after = entry(2).stream_id, .last = {2000, 1}});
  hub.on_memory_lost(0, OldStreamIds::kBelow);
  hub.on_text("a", StreamId{2001, 2}, "n4", {});
  EXPECT_EQ(take(peer), "n1 n2 n3 n4 ping:1");
  hub.on_text("a", StreamId{2003, 4}, "n6", {});
  ASSERT_EQ(bus.asked.size(), 1u);
  bus.answer(
      {.entries = {{StreamId{2002, 3}, "n5"}, {StreamId{2003, 4}, "n6"}}, .last = {2003, 4}});
  EXPECT_EQ(take(peer), "n5 n6");
  peer.session.on_pong("1");
  EXPECT_EQ(bus.marks.back(), "a 2001-2");
}

TEST_F(SessionTest, AfterMemoryLossOnAStandingLinkWhatWasMissedIsRead) {
  TestPeer& peer = live("a");
  for (const uint64_t count : {1, 2, 3}) text("a", count, "n" + std::to_string(count));
  hub.on_memory_lost(0, OldStreamIds::kBelow);
  hub.on_text("a", StreamId{2001, 2}, "n5", {});
  ASSERT_EQ(bus.asked.size(), 1u);
  bus.answer({.entries = {{StreamId{2000, 1}, "n4"}, {StreamId{2001, 2}, "n5"}},
              .after = entry(3).stream_id,
              .last = {2001, 2}});
  EXPECT_EQ(take(peer), "n1 n2 n3 n4 n5 ping:1");
}

TEST_F(SessionTest, HeartbeatPingsOnlyWhenNoneIsOutstanding) {
  TestPeer& peer = live("a");
  std::string out;
  peer.session.ping({clock.wall_ms(), clock.steady_ms()}, out);
  EXPECT_EQ(out, std::string("\x89\x01"
                             "1"));
  peer.session.ping({clock.wall_ms(), clock.steady_ms()}, out);
  EXPECT_EQ(out.size(), 3u);
  EXPECT_TRUE(peer.session.ping_outstanding());
  peer.session.on_pong("1");
  EXPECT_FALSE(peer.session.ping_outstanding());
  EXPECT_TRUE(bus.marks.empty());
}

TEST_F(SessionTest, ARevokedTokenGetsNothing) {
  TestPeer& peer = join("ann");
  peer.ends = true;
  text("ann", 0, "external");
  hub.on_subscribed("ann");
  ReplayPage page;
  page.entries = {entry(1)};
  page.last = page.entries.back().stream_id;
  page.revoked_s = 1'750'000'000;
  bus.answer(std::move(page));
  EXPECT_EQ(peer.revoked, std::vector<uint32_t>{1'750'000'000});
  EXPECT_EQ(peer.session.state(), Session::State::kEnded);
  EXPECT_EQ(take(peer), "");
  EXPECT_EQ(hub.revoked_s("ann"), 1'750'000'000u);
}

TEST_F(SessionTest, ARevocationConcernsAllConnectionsOfTheUser) {
  TestPeer& old = live("ann");
  TestPeer& other = live("ben");
  old.ends = true;
  TestPeer& later = join("ann");
  hub.on_subscribed("ann");
  ReplayPage page;
  page.revoked_s = 1'750'000'000;
  while (!bus.asked.empty()) bus.answer(page);
  EXPECT_EQ(old.session.state(), Session::State::kEnded);
  EXPECT_EQ(later.session.state(), Session::State::kLive);
  EXPECT_TRUE(other.revoked.empty());
}

TEST_F(SessionTest, ARevocationThatWasMissedIsReadAgain) {
  TestPeer& peer = live("ann");
  text("ann", 1, "first");
  take(peer);
  hub.compare_again("ann");
  hub.compare_again("ann");  // its page is pending
  hub.compare_again("nobody");
  ASSERT_EQ(bus.asked.size(), 1u);
  EXPECT_EQ(bus.asked.front().after, (StreamId{1001, 1}));
  ReplayPage page;
  page.last = {1001, 1};
  bus.answer(page);
  EXPECT_EQ(peer.session.state(), Session::State::kLive);
  text("ann", 2, "second");
  EXPECT_EQ(take(peer), "second");
  hub.compare_again("ann");
  peer.ends = true;
  page.last = {1002, 2};
  page.revoked_s = 1'750'000'000;
  bus.answer(page);
  EXPECT_EQ(peer.session.state(), Session::State::kEnded);
}

TEST_F(SessionTest, ATokenThatIsNotRevokedStaysAndIsComparedAfterEachResubscription) {
  TestPeer& peer = join("ann");
  hub.on_subscribed("ann");
  ReplayPage page;
  page.revoked_s = 1'750'000'000;
  bus.answer(page);
  EXPECT_EQ(peer.session.state(), Session::State::kLive);
  hub.on_subscribed("ann");
  page.revoked_s = 1'750'000'009;
  bus.answer(page);
  EXPECT_EQ(peer.revoked, (std::vector<uint32_t>{1'750'000'000, 1'750'000'009}));
  hub.set_revoked("ann", 5);  // an earlier one changes nothing
  EXPECT_EQ(hub.revoked_s("ann"), 1'750'000'009u);
  hub.set_revoked("nobody", 5);
  EXPECT_EQ(hub.revoked_s("nobody"), 0u);
}

}  // namespace
}  // namespace hermod
