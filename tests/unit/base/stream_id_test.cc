#include "base/stream_id.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(StreamIdTest, PrintsAndParsesStreamIds) {
  const StreamId stream_id{1719561600000, 12};
  EXPECT_EQ(to_string(stream_id), "1719561600000-12");
  EXPECT_EQ(parse_stream_id("1719561600000-12"), stream_id);
}

TEST(StreamIdTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "-", "1", "1-", "-1", "1-2-3", " 1-2", "1-2 ", "a-1", "1-18446744073709551616"}) {
    EXPECT_FALSE(parse_stream_id(text)) << text;
  }
}

TEST(StreamIdTest, OrdersByTimeThenCount) {
  EXPECT_LT((StreamId{1, 9}), (StreamId{2, 1}));
  EXPECT_LT((StreamId{1, 1}), (StreamId{1, 2}));
  EXPECT_FALSE(StreamId{});
}

}  // namespace
}  // namespace hermod
