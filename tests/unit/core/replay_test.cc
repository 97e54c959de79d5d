// How a replay continues after a page. The messages of a page are tested with the session.
#include "core/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/session_host.h"
#include "unit/core/session_fixture.h"

namespace hermod {
namespace {

using ::testing::Optional;
using Step = Replay::Step;

constexpr StreamId stream_id(uint64_t count) {
  return {1000 + count, count};
}

class ReplayTest : public test::SessionFixture {
 protected:
  static ReplayPage page(StreamId last) {
    ReplayPage page;
    page.last = last;
    return page;
  }

  static Outbox::Item external(size_t bytes) {
    return {SharedFrame::build(std::string(bytes, 'x')), StreamId{}};
  }

  void request(Replay& replay) {
    replay.request({"ann", stream_id(3), true}, [this](const Result<ReplayPage>&) { ++replies_; });
  }

  uint64_t not_kept() { return stats.messages_failed["not_kept"]; }

  Replay replay_{hub.host(), Replay::From::kNewest, 0};
  int replies_ = 0;
};

TEST_F(ReplayTest, TheSessionGoesLiveAtTheEndOfTheStream) {
  const Replay::Next next = replay_.after(page(stream_id(3)), stream_id(3));
  EXPECT_EQ(next.step, Step::kLive);
  EXPECT_EQ(next.newest, stream_id(3));
  EXPECT_EQ(next.back_to, std::nullopt);
}

TEST_F(ReplayTest, ItPausesIfThereIsMoreToRead) {
  ReplayPage first = page(stream_id(9));
  first.more = true;
  EXPECT_EQ(replay_.after(first, stream_id(3)).step, Step::kPause);
  EXPECT_TRUE(replay_.paused());
  request(replay_);
  EXPECT_FALSE(replay_.paused());
}

TEST_F(ReplayTest, ItReadsAgainIfALiveMessageWasSkippedMeanwhile) {
  request(replay_);
  replay_.skip(stream_id(4));
  EXPECT_EQ(replay_.after(page(stream_id(3)), stream_id(3)).step, Step::kRead);
}

TEST_F(ReplayTest, ItReadsAgainWhileThePagesHaveMessages) {
  replay_.skip(stream_id(4));
  request(replay_);
  ReplayPage some = page(stream_id(3));
  some.entries.push_back(entry(3));
  EXPECT_EQ(replay_.after(some, stream_id(3)).step, Step::kRead);
  EXPECT_EQ(not_kept(), 0u);
}

TEST_F(ReplayTest, ASkippedMessageThatIsNotInTheStreamDoesNotHoldItUp) {
  replay_.skip(stream_id(4));
  request(replay_);
  const Replay::Next next = replay_.after(page(stream_id(3)), stream_id(3));
  EXPECT_EQ(next.step, Step::kLive);
  EXPECT_EQ(next.newest, stream_id(3));
  EXPECT_EQ(not_kept(), 1u);
}

TEST_F(ReplayTest, ItGoesBackToTheEndOfAStreamThatLostMessages) {
  const Replay::Next next = replay_.after(page(stream_id(2)), stream_id(5));
  EXPECT_EQ(next.step, Step::kLive);
  EXPECT_EQ(next.newest, stream_id(2));
  EXPECT_THAT(next.back_to, Optional(stream_id(2)));
}

TEST_F(ReplayTest, ItGoesBackBeforeTheFirstMessageThatItSkipped) {
  request(replay_);
  replay_.skip(stream_id(2));
  const Replay::Next next = replay_.after(page(stream_id(2)), stream_id(5));
  EXPECT_EQ(next.step, Step::kRead);
  EXPECT_EQ(next.newest.count, 1u);
  EXPECT_THAT(next.back_to, Optional(next.newest));
}

TEST_F(ReplayTest, TheFirstPageStartsAtThePosition) {
  Replay fresh(hub.host(), Replay::From::kPosition, 0);
  ReplayPage first = page(stream_id(9));
  first.after = stream_id(3);
  EXPECT_THAT(fresh.start(first), Optional(stream_id(3)));
  EXPECT_EQ(fresh.start(first), std::nullopt);
}

TEST_F(ReplayTest, OnlyTheLastRequestIsAnswered) {
  request(replay_);
  request(replay_);
  bus.answer({});
  EXPECT_EQ(replies_, 0);
  bus.answer({});
  EXPECT_EQ(replies_, 1);
}

TEST_F(ReplayTest, ADestroyedReplayIsNotAnswered) {
  {
    Replay gone(hub.host(), Replay::From::kNewest, 0);
    request(gone);
  }
  bus.answer({});
  EXPECT_EQ(replies_, 0);
}

TEST_F(ReplayTest, HeldMessagesCountUntilItIsDestroyed) {
  {
    Replay holding(hub.host(), Replay::From::kNewest, 0);
    EXPECT_TRUE(holding.hold(external(100)));
    EXPECT_GT(hub.host().held_bytes, 100u);
  }
  EXPECT_EQ(hub.host().held_bytes, 0u);
}

TEST_F(ReplayTest, HeldMessagesAreBoundedLikeAnOutbox) {
  change([](HubOptions& options) { options.outbox.messages_max = 2; });
  EXPECT_TRUE(replay_.hold(external(1)));
  EXPECT_TRUE(replay_.hold(external(1)));
  EXPECT_FALSE(replay_.hold(external(1)));
  EXPECT_EQ(replay_.held().size(), 2u);
}

}  // namespace
}  // namespace hermod
