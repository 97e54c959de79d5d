#include "redis_schema/next_message_info.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

constexpr const char* kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(NextMessageInfo, AStreamIdWithItsTrace) {
  NextMessageInfo next;
  next.receive("a", kTrace);
  next.receive("a", "17-3");
  EXPECT_EQ(next.user, "a");
  EXPECT_EQ(next.stream_id, (StreamId{17, 3}));
  EXPECT_EQ(format_traceparent(next.trace), kTrace);
}

TEST(NextMessageInfo, ATraceBelongsOnlyToTheNextStreamIdOfItsUser) {
  NextMessageInfo next;
  next.receive("a", kTrace);
  next.receive("b", "17-3");
  EXPECT_EQ(next.user, "b");
  EXPECT_FALSE(next.trace);
  next.receive("a", kTrace);
  next.receive("a", "17-3");
  next.receive("a", "18-4");
  EXPECT_EQ(next.stream_id, (StreamId{18, 4}));
  EXPECT_FALSE(next.trace);
}

TEST(NextMessageInfo, AnInvalidMessageRetractsTheAnnouncement) {
  NextMessageInfo next;
  for (const char* other : {"", "nonsense", "17", "00-0-0-01"}) {
    next.receive("a", "17-3");
    next.receive("a", other);
    EXPECT_EQ(next.user, "") << other;
    EXPECT_FALSE(next.stream_id) << other;
  }
}

}  // namespace
}  // namespace hermod
