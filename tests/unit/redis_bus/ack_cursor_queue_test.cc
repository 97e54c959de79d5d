#include "redis_bus/ack_cursor_queue.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

using Kind = AckCursorQueue::Kind;

constexpr StreamId kFirst{10, 1};
constexpr StreamId kSecond{20, 2};

AckCursorQueue::Move move_of(StreamId stream_id, uint64_t connection = 1, Kind kind = Kind::kOpen) {
  return {"phone", connection, stream_id, kind};
}

// The only move that waits for the user.
AckCursorQueue::Move sent(AckCursorQueue& queue, std::string_view user) {
  const AckCursorQueue::Entry& entry = queue.send(user);
  EXPECT_EQ(entry.moves.size(), 1u);
  return entry.moves.front();
}

TEST(AckCursorQueue, KeepsTheNewestOfEachConnection) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kSecond));
  queue.add("ann", move_of(kFirst));
  queue.add("ann", move_of(kFirst, 2));
  const AckCursorQueue::Entry& entry = queue.send();
  ASSERT_EQ(entry.moves.size(), 2u);
  EXPECT_EQ(entry.moves[0].stream_id, kSecond);
  EXPECT_EQ(entry.moves[1].stream_id, kFirst);
  EXPECT_FALSE(queue.has_waiting());
}

TEST(AckCursorQueue, AnEndKeepsWhatWasConfirmedBefore) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kFirst));
  queue.add("ann", move_of({}, 1, Kind::kHeld));
  queue.add("ann", move_of(kSecond, 1, Kind::kLate));
  const AckCursorQueue::Move move = sent(queue, "ann");
  EXPECT_EQ(move.kind, Kind::kHeld);
  EXPECT_EQ(move.stream_id, kSecond);
}

TEST(AckCursorQueue, KnowsWhatIsInFlight) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kFirst));
  queue.send();
  EXPECT_FALSE(queue.waits("ann"));
  EXPECT_EQ(queue.in_flight(), 1u);
  EXPECT_EQ(queue.pop().user, "ann");
  EXPECT_EQ(queue.in_flight(), 0u);
}

TEST(AckCursorQueue, ALostEntryDoesNotReplaceANewerOne) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kFirst));
  queue.send();
  queue.add("ann", move_of(kSecond));
  queue.put_back(queue.pop());
  EXPECT_EQ(sent(queue, "ann").stream_id, kSecond);
}

TEST(AckCursorQueue, VoidStreamIdsAreNotSentAgain) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kFirst));
  queue.send();
  queue.add("bob", move_of(kFirst));
  queue.clear();
  queue.add("bob", move_of(kSecond));
  queue.put_back(queue.pop());
  EXPECT_FALSE(queue.waits("ann"));
  EXPECT_EQ(sent(queue, "bob").stream_id, kSecond);
}

TEST(AckCursorQueue, EndsStayWhenTheStreamIdsAreVoid) {
  AckCursorQueue queue;
  queue.add("ann", move_of({}, 1, Kind::kClean));
  queue.send();
  queue.add("bob", move_of(kFirst, 1, Kind::kHeld));
  queue.clear();
  EXPECT_FALSE(sent(queue, "bob").stream_id);
  queue.put_back(queue.pop());
  EXPECT_EQ(sent(queue, "ann").kind, Kind::kClean);
}

TEST(AckCursorQueue, AnAcknowledgementThatFailedDoesNotOpenAConnectionThatEnded) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kFirst));
  queue.send();
  queue.add("ann", move_of({}, 1, Kind::kClean));
  queue.send();
  queue.put_back(queue.pop());
  EXPECT_EQ(sent(queue, "ann").kind, Kind::kLate);
}

TEST(AckCursorQueue, ReleasesTheEntriesOfTheUsersThatLeave) {
  AckCursorQueue queue;
  queue.add("ann", move_of(kFirst));
  queue.send();
  queue.add("ann", move_of(kSecond));
  queue.add("bob", move_of(kFirst));
  const auto released = queue.release([](std::string_view user) { return user == "ann"; });
  ASSERT_EQ(released.size(), 2u);
  EXPECT_EQ(released.front().moves.front().stream_id, kFirst);
  EXPECT_EQ(released.back().moves.front().stream_id, kSecond);
  EXPECT_TRUE(queue.waits("bob"));
  queue.put_back(queue.pop());
  EXPECT_FALSE(queue.waits("ann"));  // its entry belongs to another queue now
}

}  // namespace
}  // namespace hermod
