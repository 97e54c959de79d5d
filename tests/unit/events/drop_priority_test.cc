#include "events/drop_priority.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

TEST(DropPriority, IsThePriorityOfAnyFormat) {
  EXPECT_EQ(drop_priority_of_message(R"({"priority":"critical"})"), 4);
  EXPECT_EQ(drop_priority_of_message("{\"priority\" \t:\n \"immediate\" }"), 3);
  EXPECT_EQ(drop_priority_of_message(R"({"data":{"priority":"high"},"event_id":"1"})"), 2);
  EXPECT_EQ(drop_priority_of_message(R"({"event":"x","data":{"priority":"standard"}})"), 1);
  EXPECT_EQ(drop_priority_of_message(R"({"priority":"low"})"), 0);
}

TEST(DropPriority, IsUnknownWhereNothingSaysIt) {
  for (const char* text :
       {"", "{}", "nonsense", R"({"priority":7})", R"({"priority":null})",
        R"({"priority":"urgent"})", R"({"priority":"hi)", R"({"priority")", R"({"priority":)",
        R"({"field":"priority"})", R"("\"priority\":\"low\"")"}) {
    EXPECT_EQ(drop_priority_of_message(text), kDropPriorityUnknown) << text;
  }
}

TEST(DropPriority, IsNotMisledByAPayload) {
  EXPECT_EQ(drop_priority_of_message(R"({"payload":{"priority":"low"},"priority":"critical"})"), 4);
  EXPECT_EQ(drop_priority_of_message(R"({"priority":"high","payload":{"a":"priority"}})"), 2);
  EXPECT_EQ(
      drop_priority_of_message(R"({"payload":{"a":"\"priority\":\"low\""},"priority":"high"})"), 2);
  EXPECT_EQ(drop_priority_of_message(R"({"priority":"h\u0069gh"})"), 2);
}

}  // namespace
}  // namespace hermod
