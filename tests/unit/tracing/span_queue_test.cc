#include "tracing/span_queue.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(SpanQueueTest, HandsOutSpansInOrder) {
  SpanQueue queue(10, 100);
  for (const char* span : {"a", "b", "c"}) queue.push(span);
  std::string out = "[";
  EXPECT_EQ(queue.take(2, out), 2U);
  EXPECT_EQ(out, "[a,b");
  EXPECT_EQ(queue.size(), 1U);
  out.clear();
  EXPECT_EQ(queue.take(2, out), 1U);
  EXPECT_EQ(out, "c");
  EXPECT_TRUE(queue.empty());
}

TEST(SpanQueueTest, IsFullInNumberOrInBytes) {
  SpanQueue few(2, 100);
  few.push("a");
  EXPECT_FALSE(few.full());
  few.push("b");
  EXPECT_TRUE(few.full());
  SpanQueue small(100, 4);
  small.push("abc");
  EXPECT_FALSE(small.full());
  small.push("d");
  EXPECT_TRUE(small.full());
  small.clear();
  EXPECT_FALSE(small.full());
  EXPECT_TRUE(small.empty());
}

}  // namespace
}  // namespace hermod
