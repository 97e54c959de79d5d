#include "core/shared_frame.h"

#include <gtest/gtest.h>

#include <string>

namespace hermod {
namespace {

TEST(SharedFrameTest, APayloadMayBeSurroundedInItsFrame) {
  const std::string payload = R"({"priority":"critical"})";
  const auto frame = SharedFrame::build({"{\"n\":", payload, "}"});
  EXPECT_EQ(frame->frame(), "\x81\x1d{\"n\":" + payload + "}");
  EXPECT_EQ(frame->text(), payload);
  EXPECT_EQ(frame->drop_priority(), 4);
  const auto plain = SharedFrame::build(payload);
  EXPECT_EQ(plain->frame(), "\x81\x17" + payload);
  EXPECT_EQ(plain->text(), payload);
}

TEST(SharedFrameTest, TheLengthIsThatOfTheWholeFrame) {
  const std::string payload(124, 'x');
  const auto frame = SharedFrame::build({"[", payload, "]"});
  EXPECT_EQ(frame->frame().substr(0, 5), std::string("\x81\x7e\x00\x7e[", 5));
  EXPECT_EQ(frame->frame().size(), 4u + 126u);
  EXPECT_EQ(frame->text(), payload);
}

}  // namespace
}  // namespace hermod
