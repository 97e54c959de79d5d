#include "redis_bus/ack_cursor_queue.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr StreamId kFirst{10, 1};
constexpr StreamId kSecond{20, 2};

TEST(AckCursorQueue, KeepsTheNewestOfEachUser) {
  AckCursorQueue queue;
  queue.add("ann", kSecond);
  queue.add("ann", kFirst);
  EXPECT_EQ(queue.newest("ann"), kSecond);
  EXPECT_EQ(queue.send().stream_id, kSecond);
  EXPECT_FALSE(queue.has_waiting());
}

TEST(AckCursorQueue, KnowsWhatIsInFlight) {
  AckCursorQueue queue;
  queue.add("ann", kFirst);
  queue.send();
  EXPECT_FALSE(queue.waits("ann"));
  EXPECT_EQ(queue.newest("ann"), kFirst);
  EXPECT_EQ(queue.pop().user, "ann");
  EXPECT_FALSE(queue.newest("ann"));
}

TEST(AckCursorQueue, ALostEntryDoesNotReplaceANewerOne) {
  AckCursorQueue queue;
  queue.add("ann", kFirst);
  queue.send();
  queue.add("ann", kSecond);
  queue.put_back(queue.pop());
  EXPECT_EQ(queue.newest("ann"), kSecond);
}

TEST(AckCursorQueue, VoidStreamIdsAreNeitherRepeatedNorReported) {
  AckCursorQueue queue;
  queue.add("ann", kFirst);
  queue.send();
  queue.add("bob", kFirst);
  queue.clear();
  queue.add("bob", kSecond);
  EXPECT_FALSE(queue.newest("ann"));
  queue.put_back(queue.pop());
  EXPECT_FALSE(queue.waits("ann"));
  EXPECT_EQ(queue.newest("bob"), kSecond);
}

TEST(AckCursorQueue, ReleasesTheEntriesOfTheUsersThatLeave) {
  AckCursorQueue queue;
  queue.add("ann", kFirst);
  queue.send();
  queue.add("ann", kSecond);
  queue.add("bob", kFirst);
  const auto released = queue.release([](std::string_view user) { return user == "ann"; });
  ASSERT_EQ(released.size(), 2u);
  EXPECT_EQ(released.front().stream_id, kFirst);
  EXPECT_EQ(released.back().stream_id, kSecond);
  EXPECT_FALSE(queue.newest("ann"));
  EXPECT_TRUE(queue.waits("bob"));
  queue.put_back(queue.pop());
  EXPECT_FALSE(queue.waits("ann"));  // its entry belongs to another queue now
}

}  // namespace
}  // namespace hermod
